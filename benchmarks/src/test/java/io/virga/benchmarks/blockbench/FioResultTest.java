package io.virga.benchmarks.blockbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What other programs print, as of fio 3.33 and strace 6.1. */
class FioResultTest {

  private static final String OUTPUT =
      """
      note: both iodepth >= 1 and synchronous I/O engine are selected
      {"jobs": [{"error": %d, "usr_cpu": 12.5, "sys_cpu": 30.0,
        "read": {"total_ios": 300, "iops": 150.5,
          "clat_ns": {"percentile": {"99.000000": 41000}}},
        "write": {"total_ios": 20, "iops": 10.0,
          "clat_ns": {"percentile": {"99.000000": 82000}}}}]}
      """;

  @Test
  void readsTheSideThatWasAskedFor() {
    assertThat(FioResult.parse(OUTPUT.formatted(0), true))
        .isEqualTo(new FioResult(300, 150.5, 41, 57.5));
    assertThat(FioResult.parse(OUTPUT.formatted(0), false))
        .isEqualTo(new FioResult(20, 10, 82, 57.5));
  }

  @Test
  void aJobThatFailedIsNoResult() {
    assertThatThrownBy(() -> FioResult.parse(OUTPUT.formatted(5), true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("error 5");
  }

  @Test
  void findsTheSumOfStrace() {
    assertThat(
            SystemCalls.total(
                List.of(
                    "% time     seconds  usecs/call     calls    errors syscall",
                    "------ ----------- ----------- --------- --------- ----------------",
                    " 80.00    0.100000           2     40000        12 io_uring_enter",
                    "------ ----------- ----------- --------- --------- ----------------",
                    "100.00    0.125000           2     50000        12 total")))
        .isEqualTo(50_000);
  }
}
