package io.virga.objectstore.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.log.TestDisk;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of small objects, which are in the journal and nowhere else until they are moved. */
@Timeout(120)
class JournalBodiesTest {

  private static final int BODY = 4000;

  @TempDir Path home;

  private final Random random = new Random(11);

  private Path device() {
    return home.resolve("d1");
  }

  private static List<Extent> extents(TestDevice device, String name) {
    return device.live(name).orElseThrow().extents();
  }

  private static boolean isInJournal(TestDevice device, String name) {
    List<Extent> extents = extents(device, name);
    return !extents.isEmpty() && extents.stream().allMatch(Extent::isInJournal);
  }

  private static void assertHolds(TestDevice device, Map<String, Integer> expected) {
    expected.forEach(
        (name, length) ->
            assertThat(device.read(name))
                .as(name)
                .hasValueSatisfying(
                    bytes -> assertThat(bytes).isEqualTo(TestDevice.bytes(name, length))));
  }

  private static Path segment(Path device, Extent extent) {
    return device.resolve("journal").resolve("%020d.journal".formatted(-extent.segment()));
  }

  private static long journals(Path device) throws IOException {
    try (Stream<Path> files = Files.list(device.resolve("journal"))) {
      return files.filter(file -> file.toString().endsWith(".journal")).count();
    }
  }

  /** Flips a bit of an object's bytes or of their checksum. */
  private void flip(Path device, Extent extent) throws IOException {
    long at = extent.offset() + random.nextLong(extent.storedBytes());
    try (FileChannel channel =
        FileChannel.open(
            segment(device, extent), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1 << random.nextInt(8))).flip();
      channel.write(one, at);
    }
  }

  private static void pause() {
    LockSupport.parkNanos(5_000_000);
  }

  @Test
  void onlyTheSmallestStayInTheirRows() throws IOException {
    try (TestDevice device = TestDevice.open(device())) {
      device.makeContainer();
      for (int size : new int[] {0, 1, 1024}) {
        device.put("o" + size, size);
        assertThat(device.live("o" + size).orElseThrow().content())
            .isInstanceOf(Content.Inline.class);
      }
      for (int size : new int[] {1025, 4096}) {
        device.put("o" + size, size);
        assertThat(isInJournal(device, "o" + size)).isTrue();
        assertThat(device.read("o" + size)).contains(TestDevice.bytes("o" + size, size));
      }
      device.put("o4097", 4097);
      assertThat(isInJournal(device, "o4097")).isFalse();
    }
  }

  @Test
  void aReplayComesToTheSameRows() throws IOException {
    Map<String, Integer> expected = new HashMap<>();
    Path image = home.resolve("image");
    try (TestDevice device = TestDevice.open(device())) {
      device.makeContainer();
      for (int i = 0; i < 40; i++) {
        String name = "o" + random.nextInt(30);
        int length = 500 + random.nextInt(3500);
        device.put(name, length);
        expected.put(name, length);
      }
      device.post(expected.keySet().iterator().next());
      TestDevice.copy(device(), image);
      long live = device.device.liveBytes();
      for (int round = 0; round < 2; round++) {
        try (TestDevice after = TestDevice.open(image)) {
          for (String name : expected.keySet()) {
            assertThat(after.live(name).orElseThrow().extents()).isEqualTo(extents(device, name));
          }
          assertThat(after.device.liveBytes()).isEqualTo(live);
          assertHolds(after, expected);
        }
      }
    }
  }

  @Test
  void aBitThatFlippedInTheTailCutsIt() throws IOException {
    try (TestDevice device = TestDevice.open(device())) {
      device.makeContainer();
      device.put("before", BODY);
      device.put("last", BODY);
      for (int round = 0; round < 8; round++) {
        Path image = home.resolve("image" + round);
        TestDevice.copy(device(), image);
        flip(image, extents(device, "last").getFirst());
        try (TestDevice after = TestDevice.open(image)) {
          assertThat(after.read("before")).isPresent();
          assertThat(after.read("last")).isEmpty();
        }
      }
    }
  }

  @Test
  void eachChangeTakesOneSync() throws IOException {
    FaultyDisk disk = new FaultyDisk();
    try (TestDevice device = TestDevice.open(device(), disk, TestDevice.OPTIONS)) {
      device.makeContainer();
      int before = disk.syncs();
      device.put("o", BODY);
      assertThat(disk.syncs()).isEqualTo(before + 1);
      device.post("o");
      assertThat(disk.syncs()).isEqualTo(before + 2);
      device.delete("o");
      assertThat(disk.syncs()).isEqualTo(before + 3);
    }
  }

  @Test
  void changesThatWaitTogetherMayBeMoreThanASegmentTakes() throws IOException {
    Map<String, Integer> expected = new HashMap<>();
    try (TestDevice device = TestDevice.open(device())) {
      device.makeContainer();
      List<CompletableFuture<Boolean>> begun = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        begun.add(device.begin("o" + i, BODY));
        expected.put("o" + i, BODY);
      }
      begun.forEach(CompletableFuture::join);
      assertHolds(device, expected);
      assertThat(extents(device, "o499").getFirst().segment()).isLessThan(-6);
    }
    try (TestDevice device = TestDevice.open(device())) {
      assertHolds(device, expected);
    }
  }

  @Test
  void refusesWhatNoSegmentCanBeMadeForAndGoesOn() throws IOException {
    FaultyDisk disk = new FaultyDisk();
    Map<String, Integer> expected = new HashMap<>();
    try (TestDevice device = TestDevice.open(device(), disk, TestDevice.OPTIONS)) {
      device.makeContainer();
      disk.refuseFiles();
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  device.put("o" + i, BODY);
                  expected.put("o" + i, BODY);
                }
              })
          .hasCauseInstanceOf(StoreFailure.DeviceFull.class);
      assertThat(expected).hasSizeGreaterThan(40);
      disk.heal();
      device.put("after", BODY);
      expected.put("after", BODY);
      assertHolds(device, expected);
    }
    try (TestDevice device = TestDevice.open(device())) {
      assertHolds(device, expected);
      assertThat(device.read("o" + (expected.size() - 1))).isEmpty();
    }
  }

  @Test
  void segmentsStayForWhatLivesInThemAndAreFreedWhenAllIsDeleted() throws IOException {
    Map<String, Integer> expected = new HashMap<>();
    try (TestDevice device = TestDevice.open(device())) {
      device.makeContainer();
      for (int i = 0; i < 400; i++) {
        device.put("o" + i, BODY);
        expected.put("o" + i, BODY);
      }
    }
    assertThat(journals(device())).isGreaterThan(6);
    try (TestDevice device = TestDevice.open(device())) {
      device.device.compact();
      assertHolds(device, expected);
      assertThat(isInJournal(device, "o0")).isTrue();
      assertThat(device.device.reservedBytes()).isGreaterThan(400 * BODY);
      for (String name : expected.keySet()) {
        device.delete(name);
      }
      while (journals(device()) > 3) {
        pause();
        device.device.compact();
      }
      assertThat(device.device.liveBytes()).isZero();
      assertThat(device.device.reservedBytes()).isLessThan(TestDevice.OPTIONS.dataSegmentBytes());
    }
    TestDevice.open(device()).close();
  }

  @Test
  void aReaderKeepsASegmentThatIsEmptied() throws IOException {
    try (TestDevice device = TestDevice.open(device())) {
      device.makeContainer();
      device.put("read", BODY);
      Content content = device.live("read").orElseThrow().content();
      Path segment = segment(device(), extents(device, "read").getFirst());
      try (ContentReader.Opened opened =
          device.device.reader().open(content, device.device.io()).orElseThrow()) {
        device.delete("read");
        for (int i = 0; i < 200; i++) {
          device.put("filler", BODY);
        }
        device.device.compact();
        assertThat(segment).exists();
        ByteBuf bytes = opened.bytes(0, BODY).next().blockOptional().orElseThrow();
        assertThat(bytes.nioBuffer()).isEqualTo(ByteBuffer.wrap(TestDevice.bytes("read", BODY)));
        bytes.release();
      }
      while (Files.exists(segment)) {
        pause();
        device.device.compact();
      }
      assertThat(device.device.reader().open(content, device.device.io())).isEmpty();
    }
  }

  @Test
  void compactionUnderLoadKeepsEveryByte() throws Exception {
    Map<String, Integer> expected = new HashMap<>();
    try (TestDevice device = TestDevice.open(device())) {
      device.makeContainer();
      for (int i = 0; i < 40; i++) {
        device.put("kept" + i, BODY);
        expected.put("kept" + i, BODY);
        for (int filler = 0; filler < 10; filler++) {
          device.put("filler" + filler, BODY);
        }
      }
      CompletableFuture<Void> load =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 600; i++) {
                  device.put("o" + i % 50, 1000 + i);
                  expected.put("o" + i % 50, 1000 + i);
                  if (i % 7 == 0) {
                    device.post("kept" + i % 40);
                  }
                }
              });
      while (!load.isDone() || isInJournal(device, "kept0") || isInJournal(device, "kept20")) {
        device.device.compact();
        pause();
      }
      load.join();
      assertHolds(device, expected);
      assertThat(device.live("kept7").orElseThrow().metadata()).containsKey("posted");
      Path image = home.resolve("image");
      TestDevice.copy(device(), image);
      try (TestDevice after = TestDevice.open(image)) {
        assertHolds(after, expected);
      }
    }
    try (TestDevice device = TestDevice.open(device(), TestDisk.open(), TestDevice.OPTIONS)) {
      assertHolds(device, expected);
    }
  }

  @Test
  void damageIsNeverServed() throws IOException {
    try (TestDevice device = TestDevice.open(device())) {
      device.makeContainer();
      for (int i = 0; i < 20; i++) {
        String name = "o" + i;
        device.put(name, BODY);
        flip(device(), extents(device, name).getFirst());
        assertThatThrownBy(() -> device.read(name)).isInstanceOf(StoreFailure.DamagedData.class);
      }
    }
  }
}
