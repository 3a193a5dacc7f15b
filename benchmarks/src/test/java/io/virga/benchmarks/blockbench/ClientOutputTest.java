package io.virga.benchmarks.blockbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What other programs print, as of fio 3.33, libiscsi 1.19, QEMU 7.2 and strace 6.1. */
class ClientOutputTest {

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
    assertThat(FioOutput.parse(OUTPUT.formatted(0), true))
        .isEqualTo(new LoadResult(300, 150.5, Optional.of(41.0), 57.5));
    assertThat(FioOutput.parse(OUTPUT.formatted(0), false))
        .isEqualTo(new LoadResult(20, 10, Optional.of(82.0), 57.5));
  }

  @Test
  void aJobThatFailedIsNoResult() {
    assertThatThrownBy(() -> FioOutput.parse(OUTPUT.formatted(5), true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("error 5");
  }

  @Test
  void takesTheLastAverageOfIscsiPerf() {
    String output =
        """
        will run for 2 seconds.

        \r00:00:01 - lba 81, iops current 10 (0 MB/s), iops average 10 (0 MB/s)         \
        \riops average 33568 (131 MB/s)                                                 \

        \riops average 0 (0 MB/s)

        finished.
        """;

    assertThat(InitiatorOutput.perSecond(output)).isEqualTo(33568);
    assertThatThrownBy(() -> InitiatorOutput.perSecond("Login Failed. (null)"))
        .hasMessageContaining("Login Failed");
  }

  @Test
  void readsHowLongQemuImgTook() {
    assertThat(
            InitiatorOutput.seconds(
                "Sending 80000 read requests, 4096 bytes each, 32 in parallel\n"
                    + "Run completed in 2.638 seconds.\n"))
        .isEqualTo(2.638);
    assertThatThrownBy(() -> InitiatorOutput.seconds("Failed request: Input/output error"))
        .hasMessageContaining("Failed request");
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
