package io.virga.objectstore.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordTest {

  private final Random random = new Random(42);

  @Test
  void decodesWhatItEncodes() {
    for (int round = 0; round < 200; round++) {
      List<Entry> entries = entries();
      BinaryWriter out = new BinaryWriter(16);
      entries.forEach(entry -> Entry.write(entry, out));
      ByteBuffer bytes = ByteBuffer.allocate(Frame.storedBytes(out.size()));
      Frame.encode(7, new Timestamp(round), 4096, out.written(), bytes);
      assertThat(bytes.hasRemaining()).isFalse();
      assertThat(Frame.decode(bytes.flip(), 0, 7))
          .isInstanceOfSatisfying(
              Frame.Complete.class,
              complete -> {
                byte[] payload = complete.frame().payload();
                assertThat(payload).isEqualTo(out.toBytes());
                FrameEntries read = FrameEntries.read(payload).orElseThrow();
                assertThat(comparable(read.placed(1, 0))).isEqualTo(comparable(entries));
              });
    }
  }

  @Test
  void namesWhereTheBytesOfASmallObjectAreInItsFrame() {
    for (int round = 0; round < 50; round++) {
      List<Entry> entries = entries();
      BinaryWriter out = new BinaryWriter(16);
      FrameEntries written = FrameEntries.write(entries, random::nextLong, out);
      byte[] payload = out.toBytes();
      List<Entry> placed = written.placed(5, 1000);
      List<Entry> replayed = FrameEntries.read(payload).orElseThrow().placed(5, 1000);
      assertThat(comparable(replayed)).isEqualTo(comparable(placed));
      for (int i = 0; i < entries.size(); i++) {
        if (entries.get(i) instanceof Entry.PutObject(ObjectRow row)
            && row.content() instanceof Content.Inline(byte[] bytes)
            && bytes.length > FrameEntries.MAXIMUM_ROW_BYTES) {
          Extent extent = ((Entry.PutObject) placed.get(i)).row().extents().getFirst();
          ByteBuffer stored = ByteBuffer.wrap(payload);
          int at = (int) extent.offset() - 1000;
          assertThat(extent.segment()).isEqualTo(-5);
          assertThat(stored.slice(at, bytes.length)).isEqualTo(ByteBuffer.wrap(bytes));
          assertThat(stored.getInt(at + bytes.length))
              .isEqualTo(Block.checksum(extent.id(), 0, ByteBuffer.wrap(bytes)));
        }
      }
    }
  }

  private static List<String> comparable(List<Entry> entries) {
    return entries.stream()
        .map(
            entry -> {
              BinaryWriter out = new BinaryWriter(16);
              Entry.write(entry, out);
              return Arrays.toString(out.toBytes());
            })
        .toList();
  }

  private List<Entry> entries() {
    ObjectPath path = new ObjectPath("AUTH_" + random.nextInt(), "c", "o/ü" + random.nextInt());
    List<Extent> extents = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      extents.add(
          new Extent(random.nextInt(-9, 9), random.nextLong(), random.nextInt(1 << 30), 1 << 20));
    }
    byte[] inline = new byte[random.nextInt(200_000)];
    Content content =
        random.nextBoolean() ? new Content.Inline(inline) : new Content.Extents(extents);
    Timestamp at = new Timestamp(random.nextLong() >>> 1);
    ObjectRow row =
        new ObjectRow(
            3,
            path,
            at,
            at,
            random.nextBoolean(),
            5,
            "etag",
            "text/plain",
            Map.of("a", "b"),
            content);
    StampedMetadata metadata = StampedMetadata.NONE.changeTo(Map.of("k", "v"), at);
    ContainerRow container = ContainerRow.created(path.containerPath(), at, 2, metadata);
    PartitionId partition = new PartitionId(PartitionId.Kind.OBJECT, 1, random.nextInt(99));
    return List.of(
        new Entry.PutObject(row),
        new Entry.PutObject(row.withContent(new Content.Staged(random.nextLong()))),
        new Entry.PutObject(row.withContent(new Content.Elsewhere())),
        new Entry.PutListing(path, ListingRow.of(at, 5, 4, "e", "t")),
        new Entry.PutListing(path, ListingRow.tombstone(at)),
        new Entry.PurgeListing(path, at),
        new Entry.PutContainer(container),
        new Entry.PutAccount(container),
        new Entry.PutAccountEntry(container.withCounts(new ContainerRow.Counts(1, 2, 3), at)),
        new Entry.PutAccount(
            container.withCounts(ContainerRow.Counts.NONE.plus(0, 1, 2, 3).plus(7, 4, 5, 6), at)),
        new Entry.MoveObject(row),
        new Entry.PutGarbage("id", path.containerPath(), "p"),
        new Entry.DeleteGarbage("id"),
        new Entry.PurgeObject(4, path, at),
        new Entry.PutPending(4, path, at),
        new Entry.DeletePending(4, path, at),
        new Entry.PutComplete(partition, 7),
        new Entry.DeleteComplete(partition),
        new Entry.DropPartition(partition, 7),
        new Entry.PutObject(row.withContent(new Content.Lost())),
        new Entry.Quarantine(4, path, at, "reason", at),
        new Entry.PurgeQuarantine(4, path),
        new Entry.PurgeContainer(path.containerPath(), at),
        new Entry.PurgeAccountEntry(path.containerPath(), at));
  }

  @Test
  void countsWhatAnAccountHeldBeforeThereWerePoliciesAsPolicyZero() {
    BinaryWriter out = new BinaryWriter(64).u8(2).text("AUTH_a").text("");
    out.u64(5).u64(0).varint(0);
    StampedMetadata.NONE.writeTo(out);
    out.varint(2).varint(3).varint(4).u64(6);
    ContainerRow row = ContainerRow.decode(out.toBytes()).orElseThrow();
    assertThat(row.counts()).isEqualTo(ContainerRow.Counts.NONE.plus(0, 2, 3, 4));
    assertThat(row.countedAt()).isEqualTo(new Timestamp(6));
    assertThat(ContainerRow.decode(row.encode())).contains(row);
  }

  @Test
  void seesEveryCutAndEveryFlippedBit() {
    ByteBuffer whole = ByteBuffer.allocate(Frame.storedBytes(70_000));
    Frame.encode(3, new Timestamp(1), 0, ByteBuffer.allocate(70_000), whole);
    whole.flip();
    for (int length = 0; length < whole.limit(); length += 97) {
      ByteBuffer cut = whole.duplicate().limit(length);
      assertThat(Frame.decode(cut, 0, 3)).isInstanceOf(Frame.None.class);
    }
    for (int i = 0; i < 2000; i++) {
      byte[] flipped = whole.array().clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      assertThat(Frame.decode(ByteBuffer.wrap(flipped), 0, 3)).isInstanceOf(Frame.None.class);
    }
    assertThat(Frame.decode(whole, 0, 4)).isInstanceOf(Frame.None.class);
  }

  @Test
  void neverThrowsOnArbitraryBytes() {
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(120)];
      random.nextBytes(bytes);
      if (bytes.length > 0) {
        bytes[0] = (byte) random.nextInt(25);
      }
      assertThat(FrameEntries.read(bytes)).isNotNull();
      assertThat(ObjectRow.decode(bytes)).isNotNull();
      assertThat(ListingRow.decode(bytes)).isNotNull();
      assertThat(ContainerRow.decode(bytes)).isNotNull();
      assertThat(Frame.decode(ByteBuffer.wrap(bytes), 0, 0)).isInstanceOf(Frame.None.class);
    }
  }

  @Test
  void writesTimestampsAsSwiftDoes() {
    assertThat(new Timestamp(1_400_000_000_123_456L)).hasToString("1400000000.12345");
  }
}
