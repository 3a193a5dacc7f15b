package io.virga.objectstore.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.log.TestDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceTest {

  @TempDir Path home;

  private final Random random = new Random(5);

  private Path device() {
    return home.resolve("d1");
  }

  private static void assertHolds(TestDevice device, Map<String, Integer> expected) {
    expected.forEach(
        (name, length) ->
            assertThat(device.read(name))
                .as(name)
                .hasValueSatisfying(
                    bytes -> assertThat(bytes).isEqualTo(TestDevice.bytes(name, length))));
    long listed = device.device.index().container(TestDevice.CONTAINER).orElseThrow().objects();
    assertThat(listed).isEqualTo(expected.size());
  }

  @Test
  void readsBackEverySizeAcrossRestarts() throws IOException {
    Map<String, Integer> expected = new HashMap<>();
    int[] sizes = {0, 1, 4096, 4097, 65_535, 65_536, 65_537, 131_072, 700_001, 3_000_000};
    try (TestDevice device = TestDevice.open(device())) {
      device.makeContainer();
      for (int size : sizes) {
        device.put("o" + size, size);
        expected.put("o" + size, size);
      }
      assertHolds(device, expected);
    }
    try (TestDevice device = TestDevice.open(device())) {
      assertHolds(device, expected);
    }
  }

  @Test
  void keepsWhatWasAcknowledgedWhereverACrashComes() throws IOException {
    Map<String, Integer> expected = new HashMap<>();
    try (TestDevice device = TestDevice.open(device())) {
      device.makeContainer();
      for (int round = 0; round < 8; round++) {
        for (int i = 0; i < 60; i++) {
          String name = "o" + random.nextInt(100);
          if (random.nextInt(4) == 0 && expected.remove(name) != null) {
            device.delete(name);
          } else {
            int length = random.nextInt(10) == 0 ? random.nextInt(300_000) : random.nextInt(6000);
            device.put(name, length);
            expected.put(name, length);
          }
        }
        Path image = home.resolve("image" + round);
        TestDevice.copy(device(), image);
        try (TestDevice after = TestDevice.open(image)) {
          assertHolds(after, expected);
        }
      }
    }
  }

  private static Path lastJournal(Path device) throws IOException {
    try (Stream<Path> files = Files.list(device.resolve("journal"))) {
      return files
          .filter(file -> file.toString().endsWith(".journal"))
          .max(Path::compareTo)
          .orElseThrow();
    }
  }

  private static int endOfFrames(byte[] journal) {
    int end = journal.length;
    while (end > 0 && journal[end - 1] == 0) {
      end--;
    }
    return end;
  }

  @Test
  void cutsATornTail() throws IOException {
    try (TestDevice device = TestDevice.open(device())) {
      device.makeContainer();
      device.put("before", 2000);
      Path before = home.resolve("before");
      TestDevice.copy(device(), before);
      device.put("torn", 2000);
      byte[] bytes = Files.readAllBytes(lastJournal(device()));
      int firstEnd = endOfFrames(Files.readAllBytes(lastJournal(before)));
      int end = endOfFrames(bytes);
      for (int round = 0; round < 12; round++) {
        Path image = home.resolve("torn" + round);
        TestDevice.copy(device(), image);
        int cut = firstEnd + random.nextInt(end - firstEnd);
        try (FileChannel journal = FileChannel.open(lastJournal(image), StandardOpenOption.WRITE)) {
          journal.write(ByteBuffer.allocate(end - cut), cut);
        }
        try (TestDevice after = TestDevice.open(image)) {
          assertThat(after.read("before")).isPresent();
          assertThat(after.read("torn")).isEmpty();
          after.put("new", 100);
        }
        try (TestDevice again = TestDevice.open(image)) {
          assertThat(again.read("new")).isPresent();
          assertThat(again.read("torn")).isEmpty();
        }
      }
    }
  }

  @Test
  void refusesAJournalThatIsDamagedWhereItWasDurable() throws IOException {
    Path image = home.resolve("image");
    try (TestDevice device = TestDevice.open(device())) {
      device.makeContainer();
      for (int i = 0; i < 20; i++) {
        device.put("o" + i, 500);
      }
      TestDevice.copy(device(), image);
    }
    Path journal = lastJournal(image);
    byte[] bytes = Files.readAllBytes(journal);
    bytes[(4096 + endOfFrames(bytes)) / 2] ^= 4;
    Files.write(journal, bytes);
    assertThatThrownBy(() -> TestDevice.open(image)).hasMessageContaining("is damaged at");
  }

  @Test
  void noticesAFlippedBitInData() throws IOException {
    try (TestDevice device = TestDevice.open(device())) {
      device.makeContainer();
      device.put("big", 200_000);
      try (Stream<Path> files = Files.list(device().resolve("data"))) {
        Path data = files.findFirst().orElseThrow();
        byte[] bytes = Files.readAllBytes(data);
        bytes[100_000] ^= 1;
        Files.write(data, bytes);
      }
      assertThatThrownBy(() -> device.read("big")).isInstanceOf(StoreFailure.DamagedData.class);
    }
  }

  @Test
  void givesSpaceBackWhenMostOfASegmentIsDeleted() throws IOException {
    DeviceOptions options = TestDevice.OPTIONS;
    try (TestDevice device = TestDevice.open(device(), TestDisk.open(), options)) {
      device.makeContainer();
      Map<String, Integer> expected = new HashMap<>();
      for (int i = 0; i < 40; i++) {
        device.put("o" + i, 300_000);
      }
      for (int i = 0; i < 40; i++) {
        if (i % 8 == 0) {
          expected.put("o" + i, 300_000);
        } else {
          device.delete("o" + i);
        }
      }
      long before = device.device.reservedBytes();
      device.device.compact();
      assertThat(device.device.reservedBytes()).isLessThan(before / 2);
      assertHolds(device, expected);
    }
  }

  @Test
  void stopsWhenASyncFailsAndStillReads() throws IOException {
    FaultyDisk disk = new FaultyDisk();
    try (TestDevice device = TestDevice.open(device(), disk, TestDevice.OPTIONS)) {
      device.makeContainer();
      device.put("before", 100_000);
      disk.failSyncs();
      assertThatThrownBy(() -> device.put("after", 100))
          .hasCauseInstanceOf(StoreFailure.DeviceStopped.class);
      disk.heal();
      assertThatThrownBy(() -> device.put("later", 100))
          .isInstanceOf(StoreFailure.DeviceStopped.class);
      assertThat(device.device.state()).isInstanceOf(DeviceState.Stopped.class);
      assertThat(device.read("before")).isPresent();
      assertThat(device.read("after")).isEmpty();
    }
  }

  @Test
  void refusesWritesButNotReadsAndDeletesWhenFull() throws IOException {
    FaultyDisk disk = new FaultyDisk();
    try (TestDevice device = TestDevice.open(device(), disk, TestDevice.OPTIONS)) {
      device.makeContainer();
      device.put("before", 100_000);
    }
    disk.fill();
    DeviceOptions options = TestDevice.OPTIONS.withMinimumFree(1);
    try (TestDevice device = TestDevice.open(device(), disk, options)) {
      assertThatThrownBy(() -> device.put("after", 10)).isInstanceOf(StoreFailure.DeviceFull.class);
      assertThat(device.read("before")).isPresent();
      device.delete("before");
      assertThat(device.read("before")).isEmpty();
    }
  }

  @Test
  void refusesAnotherLayout() throws IOException {
    TestDevice.open(device()).close();
    Path identity = device().resolve("device");
    Files.writeString(identity, Files.readString(identity).replace("format 3", "format 2"));
    assertThatThrownBy(() -> TestDevice.open(device()))
        .hasMessageContaining("has a layout that is not 'virga object device, format 3'");
  }

  @Test
  void isOpenOnlyOnce() throws IOException {
    try (TestDevice device = TestDevice.open(device())) {
      device.makeContainer();
      assertThatThrownBy(() -> TestDevice.open(device())).isNotNull();
    }
  }
}
