package io.virga.benchmarks.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IscsiTestsTest {

  /** As libiscsi 1.19 prints it with {@code -v}. */
  private static final String OUTPUT =
      """
           CUnit - A unit testing framework for C - Version 2.1-3

      Suite: Inquiry
        Test: Standard ...passed
        Test: MandatoryVPDSBC ...    [SKIPPED] the device is no disk
      passed
      Suite: Read6
        Test: Beyond ...FAILED
          1. test_read6_beyond.c:33  - CU_ASSERT_EQUAL(ret,0)
        Test: Simple ...
          Test READ6
          [SKIPPED] READ6 is not implemented
          FAILED
        Test: Last ...passed
      """;

  @Test
  void aTestThatSaysSkippedIsNotPassedWhateverTheToolCounts() {
    IscsiTests tests = IscsiTests.read(OUTPUT);

    assertThat(tests.those(Verdict.PASSED)).containsExactly("Inquiry.Standard", "Read6.Last");
    assertThat(tests.those(Verdict.SKIPPED)).containsExactly("Inquiry.MandatoryVPDSBC");
    assertThat(tests.those(Verdict.FAILED)).containsExactly("Read6.Beyond", "Read6.Simple");
    assertThat(tests.summary()).isEqualTo("2 passed, 1 skipped, 2 failed");
  }
}
