package io.virga.dataplane.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RingTest {

  @TempDir Path directory;

  private static RingDevice device(int id, int zone, double weight) {
    return new RingDevice(id, 1, zone, "10.0.0." + id, 6200, "d" + id, weight);
  }

  @Test
  void givesEachDeviceItsShare() {
    Random random = new Random(7);
    for (int round = 0; round < 20; round++) {
      int count = 3 + random.nextInt(30);
      RingBuilder builder = new RingBuilder(10, 1 + random.nextInt(3));
      double total = 0;
      double[] weights = new double[count];
      for (int id = 0; id < count; id++) {
        weights[id] = 50 + random.nextInt(100);
        total += weights[id];
        builder.put(device(id, id, weights[id]));
      }
      Ring ring = builder.build(Optional.empty());
      int[] has = counts(ring, count);
      for (int id = 0; id < count; id++) {
        double wanted = weights[id] / total * ring.partitions() * ring.replicas();
        assertThat((double) has[id]).isBetween(wanted - 2, wanted + 2);
      }
    }
  }

  private static int[] counts(Ring ring, int devices) {
    int[] has = new int[devices];
    for (int replica = 0; replica < ring.replicas(); replica++) {
      for (int partition = 0; partition < ring.partitions(); partition++) {
        has[ring.deviceId(replica, partition)]++;
      }
    }
    return has;
  }

  @Test
  void keepsReplicasOnDifferentDevicesAndZones() {
    RingBuilder builder = new RingBuilder(8, 3);
    IntStream.range(0, 6).forEach(id -> builder.put(device(id, id % 3, 100)));
    Ring ring = builder.build(Optional.empty());
    for (int partition = 0; partition < ring.partitions(); partition++) {
      List<RingDevice> devices = ring.devicesOf(partition);
      assertThat(new HashSet<>(devices)).hasSize(3);
      assertThat(devices.stream().map(RingDevice::zone).distinct()).hasSize(3);
    }
  }

  @Test
  void movesOnlyWhatANewDeviceTakes() {
    RingBuilder builder = new RingBuilder(10, 1);
    IntStream.range(0, 4).forEach(id -> builder.put(device(id, id, 100)));
    Ring before = builder.build(Optional.empty());
    Ring after = builder.put(device(4, 4, 100)).build(Optional.of(before));
    long moved =
        IntStream.range(0, before.partitions())
            .filter(p -> before.deviceId(0, p) != after.deviceId(0, p))
            .count();
    assertThat(moved).isBetween(200L, 210L);
    assertThat(after.version()).isEqualTo(before.version() + 1);
  }

  @Test
  void comesBackFromItsFile() throws IOException {
    Path file = directory.resolve("object.ring");
    InitialRing.ensure(file, "127.0.0.1", 8710, "d1");
    byte[] first = Files.readAllBytes(file);
    InitialRing.ensure(file, "127.0.0.1", 8710, "d1");
    assertThat(Files.readAllBytes(file)).isEqualTo(first);
    Ring ring = RingFile.read(file);
    PathHash hash =
        new PathHasher("secret".getBytes(java.nio.charset.StandardCharsets.UTF_8))
            .hash("AUTH_p", "c", "o");
    assertThat(ring.devicesOf(hash)).extracting(RingDevice::name).containsExactly("d1");
  }

  @Test
  void refusesADamagedFile() throws IOException {
    Path file = directory.resolve("object.ring");
    InitialRing.ensure(file, "127.0.0.1", 8710, "d1");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> RingFile.read(file)).hasMessageContaining("is damaged");
  }

  @Test
  void takesThePartitionFromTheTopOfTheHash() {
    PathHash hash = new PathHash(0xABCD_0000_0000_0000L, 0);
    assertThat(hash.partition(8)).isEqualTo(0xAB);
    assertThat(hash.partition(0)).isZero();
    assertThat(hash.toBytes()).startsWith(0xAB, 0xCD);
  }
}
