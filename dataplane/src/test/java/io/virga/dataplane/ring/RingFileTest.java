package io.virga.dataplane.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RingFileTest {

  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

  @TempDir Path directory;

  /** A builder whose ring has predecessors, one of them a device that was removed. */
  private static RingBuilder builder() {
    RingBuilder builder = new RingBuilder(6, 3).setOverload(0.25).setMinPartHours(7);
    for (int device = 0; device < 6; device++) {
      builder.add(1, device, "h" + device, 6200, "d" + device, 100 + device);
    }
    builder.rebalance(NOW);
    builder.remove(2);
    builder.add(2, 9, "fd00::1", 6201, "d9", 50);
    builder.rebalance(NOW);
    return builder;
  }

  @Test
  void aRingComesBackFromItsFile() throws IOException {
    Ring ring = builder().ring().orElseThrow();
    assertThat(ring.formerDevices()).extracting(RingDevice::id).containsExactly(2);
    Path file = directory.resolve("object.ring");
    RingFile.write(ring, file);
    assertSameRing(RingFile.read(file), ring);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void aBuilderComesBackFromItsFileAndGoesOnAlike() throws IOException {
    RingBuilder builder = builder();
    builder.setWeight(4, 0);
    builder.setReplicas(4);
    Path file = directory.resolve("object.builder");
    BuilderFile.write(builder, file);
    RingBuilder read = BuilderFile.read(file);
    assertThat(read.devices()).isEqualTo(builder.devices());
    assertThat(read.overload()).isEqualTo(0.25);
    assertThat(read.minPartHours()).isEqualTo(7);
    assertThat(read.replicas()).isEqualTo(4);
    assertThat(read.restingPartitions(NOW)).isEqualTo(builder.restingPartitions(NOW)).isPositive();
    assertSameRing(read.ring().orElseThrow(), builder.ring().orElseThrow());
    for (int hours : new int[] {1, 8, 16}) {
      Instant later = NOW.plus(Duration.ofHours(hours));
      assertSameRing(read.rebalance(later).ring(), builder.rebalance(later).ring());
    }
    assertThat(read.add(1, 1, "h", 1, "d", 1).id())
        .isEqualTo(builder.add(1, 1, "h", 1, "d", 1).id());
  }

  @Test
  void refusesEveryFlippedBitAndEveryShorterFile() throws IOException {
    Path file = directory.resolve("object.ring");
    RingFile.write(builder().ring().orElseThrow(), file);
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << at % 8);
      Files.write(file, damaged);
      assertThatThrownBy(() -> RingFile.read(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is damaged");
    }
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> RingFile.read(file)).hasMessageContaining("is damaged");
    }
  }

  @Test
  void refusesDimensionsThatTheFileCannotHoldBeforeItAllocates() throws IOException {
    assertRefused(out -> header(out, 2, 24, 5), "slots do not fit");
    assertRefused(out -> header(out, 2, 24, 32), "slots do not fit");
    assertRefused(out -> header(out, 2, 30, 1), "part power is 30");
    assertRefused(out -> header(out, 2, 0, 33), "33 replicas");
    assertRefused(out -> header(out, 3, 0, 1), "format version 3 is unknown");
    assertRefused(out -> out.writeInt(17), "no ring file");
    assertRefused(
        out -> {
          header(out, 2, 0, 1);
          out.writeInt(Integer.MAX_VALUE);
          out.writeInt(0);
        },
        "2147483647 devices");
  }

  @Test
  void refusesASlotOfAnUnknownDeviceAndAnIdTwice() throws IOException {
    assertRefused(out -> firstFormat(out, 0, 1, (char) 7), "unknown device 7");
    assertRefused(out -> firstFormat(out, 3, 3, (char) 3), "two devices have one id");
  }

  @Test
  void readsTheFirstFormat() throws IOException {
    Path file = directory.resolve("object.ring");
    Files.write(file, checked(out -> firstFormat(out, 0, 1, (char) 1)));
    Ring ring = RingFile.read(file);
    assertThat(ring.version()).isEqualTo(5);
    assertThat(ring.devicesOf(0)).extracting(RingDevice::name).containsExactly("d1");
    assertThat(ring.predecessor(0, 0)).isEmpty();
    RingBuilder builder = RingBuilder.of(ring);
    assertThat(builder.add(1, 1, "more", 6200, "d", 1).id()).isEqualTo(2);
    assertThat(builder.rebalance(NOW).ring().version()).isEqualTo(6);
  }

  static void firstFormat(DataOutputStream out, int firstId, int secondId, char holder)
      throws IOException {
    header(out, 1, 0, 1);
    out.writeInt(2);
    for (int id : new int[] {firstId, secondId}) {
      out.writeInt(id);
      out.writeInt(1);
      out.writeInt(1);
      out.writeUTF("127.0.0.1");
      out.writeInt(8710);
      out.writeUTF("d" + id);
      out.writeDouble(100);
    }
    out.writeChar(holder);
  }

  private static void header(DataOutputStream out, int format, int partPower, int replicas)
      throws IOException {
    out.writeInt(0x56524E47);
    out.writeInt(format);
    out.writeLong(5);
    out.writeInt(partPower);
    out.writeInt(replicas);
  }

  private void assertRefused(ChecksummedFile.Writer writer, String problem) throws IOException {
    Path file = directory.resolve("refused.ring");
    Files.write(file, checked(writer));
    assertThatThrownBy(() -> RingFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(problem);
  }

  private static byte[] checked(ChecksummedFile.Writer writer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writer.write(new DataOutputStream(bytes));
    CRC32C crc = new CRC32C();
    crc.update(bytes.toByteArray());
    bytes.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    return bytes.toByteArray();
  }

  private static void assertSameRing(Ring found, Ring expected) {
    assertThat(found.version()).isEqualTo(expected.version());
    assertThat(found.devices()).isEqualTo(expected.devices());
    assertThat(found.formerDevices()).isEqualTo(expected.formerDevices());
    assertThat(found.replicas()).isEqualTo(expected.replicas());
    for (int partition = 0; partition < expected.partitions(); partition++) {
      assertThat(found.devicesOf(partition)).isEqualTo(expected.devicesOf(partition));
      for (int replica = 0; replica < expected.replicas(); replica++) {
        assertThat(found.predecessor(replica, partition))
            .isEqualTo(expected.predecessor(replica, partition));
      }
    }
  }
}
