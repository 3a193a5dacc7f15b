package io.virga.dataplane.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Space that is given back to the file system. */
class HolesTest {

  private static final int MIB = 1 << 20;

  @TempDir Path directory;

  @Test
  void aHoleTakesNoSpaceAndIsZeros() throws Exception {
    Path file = directory.resolve("file");
    byte[] bytes = new byte[4 * MIB];
    Arrays.fill(bytes, (byte) 7);
    Files.write(file, bytes);
    assertThat(Holes.allocatedBytes(file)).isGreaterThanOrEqualTo(4 * MIB);

    Holes.punch(file, MIB, 2 * MIB);

    assertThat(Holes.allocatedBytes(file)).isLessThan(3 * MIB);
    Arrays.fill(bytes, MIB, 3 * MIB, (byte) 0);
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void dataIsWhatIsInNoHole() throws Exception {
    Path file = directory.resolve("file");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(64L << 30);
      assertThat(Holes.data(file)).isEmpty();
      sparse.seek(4L * MIB);
      sparse.write(1);
      sparse.seek((64L << 30) - 1);
      sparse.write(2);
    }
    List<Holes.Range> data = Holes.data(file);
    assertThat(data).hasSize(2);
    assertThat(data.getFirst().offset()).isEqualTo(4L * MIB);
    assertThat(data.getLast().offset() + data.getLast().length()).isEqualTo(64L << 30);
    assertThat(data).allMatch(range -> range.length() <= MIB);
  }

  @Test
  void saysWhatCannotBe() {
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> Holes.punch(missing, 0, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ENOENT");
    assertThatThrownBy(() -> Holes.allocatedBytes(missing))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ENOENT");
  }
}
