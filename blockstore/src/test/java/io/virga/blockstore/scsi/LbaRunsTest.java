package io.virga.blockstore.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What GET LBA STATUS collects. */
class LbaRunsTest {

  @Test
  void looksAtNoMoreThanABoundedNumberOfRuns() {
    LbaRuns runs = new LbaRuns(0, 1L << 40, 4);
    int visits = 0;
    boolean more = true;
    while (more && visits < 1 << 20) {
      more = runs.visit(1 << 20, true, false);
      visits++;
    }

    assertThat(visits).isEqualTo(64 << 10);
  }
}
