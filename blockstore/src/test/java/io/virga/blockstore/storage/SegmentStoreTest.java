package io.virga.blockstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Which segment files a pool opens with. */
class SegmentStoreTest {

  private static final long GIB = 1L << 30;

  @Test
  void opensWhatIsThereWithALastSegmentOfAnySize() throws Exception {
    FileSizes disk = new FileSizes().with("seg-00000000", GIB).with("seg-00000001", 5 << 20);
    assertThat(SegmentStore.open(disk).slotCount()).isEqualTo(1029);
    assertThat(SegmentStore.open(new FileSizes()).slotCount()).isZero();
    FileSizes justMade = new FileSizes().with("seg-00000000", GIB).with("seg-00000001", 0);
    assertThat(SegmentStore.open(justMade).slotCount()).isEqualTo(1024);
  }

  @Test
  void refusesAMissingSegmentAndMakesNone() {
    FileSizes disk = new FileSizes().with("seg-00000000", GIB).with("seg-00000002", GIB);
    assertThatThrownBy(() -> SegmentStore.open(disk))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("seg-00000001 is missing");
    assertThat(disk.names()).containsExactly("seg-00000000", "seg-00000002");
    assertThat(disk.closed()).containsExactly("seg-00000000");
  }

  @Test
  void refusesASegmentThatLostItsEnd() {
    FileSizes disk =
        new FileSizes()
            .with("seg-00000000", GIB)
            .with("seg-00000001", GIB - 4096)
            .with("seg-00000002", 0);
    assertThatThrownBy(() -> SegmentStore.open(disk))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("seg-00000001 has 1073737728 bytes");
  }
}
