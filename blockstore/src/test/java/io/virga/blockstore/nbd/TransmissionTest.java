package io.virga.blockstore.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.virga.blockstore.device.CheckedBlockDevice;
import io.virga.blockstore.device.MemoryDevice;
import io.virga.blockstore.export.Budget;
import io.virga.blockstore.export.Export;
import io.virga.blockstore.export.ExportTable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Requests and what is answered to them. */
class TransmissionTest {

  private static final int SIZE = 1 << 20;

  private final ExportTable exports = new ExportTable();

  private Talk talk(boolean readOnly) {
    MemoryDevice memory = new MemoryDevice(SIZE);
    exports.open(
        new Export(
            "v1",
            "v1",
            new CheckedBlockDevice(memory, ImmediateEventExecutor.INSTANCE, readOnly),
            "here"));
    return new Talk(
        new Door(exports, Limits.DEFAULT, Budget.standard(), "here", Optional.empty(), false));
  }

  private static Talk.Chunk only(List<Talk.Chunk> chunks) {
    assertThat(chunks).hasSize(1);
    assertThat(chunks.getFirst().last()).isTrue();
    return chunks.getFirst();
  }

  private static void expectError(Talk.Chunk chunk, int error, String... parts) {
    assertThat(chunk.type()).isEqualTo(Wire.REPLY_ERROR);
    assertThat(chunk.cookie()).isEqualTo(77);
    assertThat(chunk.error()).isEqualTo(error);
    assertThat(chunk.reason()).contains(parts);
  }

  @Test
  void saysWhatWasWrongAndWhatIsAccepted() {
    try (Talk talk = talk(false)) {
      talk.go("v1");
      expectError(
          only(talk.ask(0, Wire.CMD_READ, SIZE, 512)),
          Wire.EINVAL,
          "512",
          "1048576",
          "has 1048576");
      expectError(only(talk.ask(0, Wire.CMD_READ, 0, 0)), Wire.EINVAL, "0 bytes", "33554432");
      expectError(only(talk.ask(0, Wire.CMD_WRITE, SIZE - 1, 2)), Wire.ENOSPC, "1048575");
      expectError(only(talk.ask(0, Wire.CMD_TRIM, -1, 2)), Wire.EINVAL, "18446744073709551615");
      expectError(only(talk.ask(0, Wire.CMD_WRITE_ZEROES, 1, SIZE)), Wire.ENOSPC, "1048576");
      expectError(only(talk.ask(0, 12, 0, 0)), Wire.EINVAL, "type 12", "0 to 7");
      expectError(only(talk.ask(0, Wire.CMD_FLUSH, 1, 1)), Wire.EINVAL, "0 at 0");
      expectError(only(talk.ask(0, Wire.CMD_BLOCK_STATUS, 0, 9)), Wire.EINVAL, "SET_META_CONTEXT");
    }
  }

  @Test
  void acceptsTheFlagsOfEachCommandAndNoOthers() {
    try (Talk talk = talk(false)) {
      talk.go("v1", "base:allocation");
      int[] accepted = {0x5, 0x1, 0, 0x1, 0x1, 0x1, 0x13, 0x9};
      for (int type = 0; type < accepted.length; type++) {
        for (int bit = 0; bit < 16 && type != Wire.CMD_DISC; bit++) {
          int length = type == Wire.CMD_FLUSH ? 0 : 4096;
          Talk.Chunk chunk = talk.ask(1 << bit, type, 0, length).getFirst();
          boolean refused = chunk.type() == Wire.REPLY_ERROR && chunk.error() == Wire.EINVAL;
          assertThat(refused)
              .as("type %d, flag %d", type, bit)
              .isEqualTo((accepted[type] & 1 << bit) == 0);
        }
      }
      expectError(
          only(talk.ask(Wire.CMD_FLAG_PAYLOAD_LEN, Wire.CMD_WRITE, 0, 8)), Wire.EINVAL, "0x20");
    }
  }

  @Test
  void readsInOneChunkWhereThatIsAskedFor() {
    try (Talk talk = talk(false)) {
      talk.go("v1");
      Talk.Chunk chunk = only(talk.ask(Wire.CMD_FLAG_DF, Wire.CMD_READ, 512, SIZE - 512));
      assertThat(chunk.type()).isEqualTo(Wire.REPLY_OFFSET_DATA);
      assertThat(chunk.data().readableBytes()).isEqualTo(8 + SIZE - 512);
    }
    try (Talk talk = talk(false)) {
      talk.ask(Wire.OPT_GO, Talk.name("v1"));
      Talk.Chunk simple = only(talk.ask(Wire.CMD_FLAG_DF, Wire.CMD_READ, 512, 512));
      assertThat(simple.type()).isEqualTo(-1);
      assertThat(simple.error()).isEqualTo(Wire.EINVAL);
    }
  }

  @Test
  void aReadOnlyExportSaysSoAndChangesNothing() {
    try (Talk talk = talk(true)) {
      talk.go("v1");
      for (int type : List.of(Wire.CMD_WRITE, Wire.CMD_TRIM, Wire.CMD_WRITE_ZEROES)) {
        expectError(only(talk.ask(0, type, 0, 4096)), Wire.EPERM, "read-only");
      }
      assertThat(only(talk.ask(0, Wire.CMD_FLUSH, 0, 0)).error()).isZero();
      assertThat(only(talk.ask(0, Wire.CMD_CACHE, 0, 4096)).error()).isZero();
    }
  }

  @Test
  void answersOneStatusRequestWithAChunkForEachContext() {
    try (Talk talk = talk(false)) {
      talk.go("v1", "base:allocation", "virga:changed-since:s1", "virga:changed-since:s2");
      List<Talk.Chunk> chunks = talk.ask(0, Wire.CMD_BLOCK_STATUS, 1024, 8192);

      assertThat(chunks).extracting(Talk.Chunk::last).containsExactly(false, false, true);
      assertThat(chunks)
          .extracting(chunk -> ints(chunk))
          .containsExactly(List.of(1, 8192, 0), List.of(2, 3072, 1, 5120, 0), List.of(3, 8192, 0));

      List<Talk.Chunk> first = talk.ask(Wire.CMD_FLAG_REQ_ONE, Wire.CMD_BLOCK_STATUS, 1024, 8192);
      assertThat(first)
          .extracting(chunk -> ints(chunk))
          .containsExactly(List.of(1, 8192, 0), List.of(2, 3072, 1), List.of(3, 8192, 0));
    }
  }

  private static List<Integer> ints(Talk.Chunk chunk) {
    return chunk.data().readableBytes() < 4
        ? List.of()
        : java.util.stream.IntStream.range(0, chunk.data().readableBytes() / 4)
            .mapToObj(i -> chunk.data().getInt(4 * i))
            .toList();
  }

  @Test
  void refusesAStatusOfASnapshotThatHasGone() {
    exports.open(
        new Export(
            "v1",
            "v1",
            new MemoryDevice(SIZE) {
              @Override
              public boolean describeChanges(
                  String snapshot, long offset, long length, ChangeVisitor visitor) {
                return false;
              }
            },
            "here"));
    try (Talk talk =
        new Talk(
            new Door(
                exports, Limits.DEFAULT, Budget.standard(), "here", Optional.empty(), false))) {
      talk.go("v1", "base:allocation", "virga:changed-since:s1");
      expectError(
          only(talk.ask(0, Wire.CMD_BLOCK_STATUS, 0, 4096)), Wire.EINVAL, "changed-since:s1");
    }
  }

  @Test
  void contextsOfAnotherExportDoNotCount() {
    try (Talk talk = talk(false)) {
      exports.open(new Export("v2", "v2", new MemoryDevice(SIZE), "here"));
      talk.ask(Wire.OPT_STRUCTURED_REPLY, Unpooled.EMPTY_BUFFER);
      talk.ask(Wire.OPT_SET_META_CONTEXT, Talk.queries("v2", "base:allocation"));
      talk.ask(Wire.OPT_GO, Talk.name("v1"));
      expectError(only(talk.ask(0, Wire.CMD_BLOCK_STATUS, 0, 4096)), Wire.EINVAL, "without");
    }
  }

  @Test
  void aPayloadThatIsTooLargeIsRefusedAndSkipped() {
    try (Talk talk = talk(false)) {
      talk.go("v1");
      int length = Limits.DEFAULT.payloadBytes() + 1;
      expectError(
          only(talk.ask(0, Wire.CMD_WRITE, 0, length)), Wire.EINVAL, "33554433", "33554432");
      assertThat(only(talk.ask(0, Wire.CMD_FLUSH, 0, 0)).error()).isZero();
    }
  }

  @Test
  void aDisconnectHasNoAnswerWhateverItsFlags() {
    try (Talk talk = talk(false)) {
      talk.go("v1");
      assertThat(talk.ask(0x8000, Wire.CMD_DISC, 5, 7)).isEmpty();
      assertThat(talk.isOpen()).isFalse();
    }
  }

  private Talk extended(String... contexts) {
    Talk talk = talk(false);
    talk.ask(Wire.OPT_EXTENDED_HEADERS, Unpooled.EMPTY_BUFFER);
    if (contexts.length > 0) {
      talk.ask(Wire.OPT_SET_META_CONTEXT, Talk.queries("v1", contexts));
    }
    talk.ask(Wire.OPT_GO, Talk.name("v1"));
    return talk;
  }

  @Test
  void withExtendedHeadersEveryReplyIsOneAndNamesItsOffset() {
    try (Talk talk = extended()) {
      ByteBuf bytes = Unpooled.copiedBuffer("abcd", StandardCharsets.UTF_8);
      int flags = Wire.CMD_FLAG_PAYLOAD_LEN | Wire.CMD_FLAG_FUA;
      Talk.Chunk written = only(talk.askExtended(flags, Wire.CMD_WRITE, 5000, 4, bytes));
      assertThat(written.type()).isEqualTo(Wire.REPLY_NONE);
      assertThat(written.data().readableBytes()).isZero();
      assertThat(talk.lastOffset()).isEqualTo(5000);

      Talk.Chunk read = only(talk.askExtended(0, Wire.CMD_READ, 4999, 6, Unpooled.EMPTY_BUFFER));
      assertThat(read.type()).isEqualTo(Wire.REPLY_OFFSET_DATA);
      assertThat(read.data().getLong(0)).isEqualTo(4999);
      assertThat(read.data().toString(9, 4, StandardCharsets.UTF_8)).isEqualTo("abcd");
      assertThat(talk.lastOffset()).isEqualTo(4999);
    }
  }

  @Test
  void withExtendedHeadersLengthsHave64Bits() {
    try (Talk talk = extended("base:allocation", "virga:changed-since:s2")) {
      ByteBuf none = Unpooled.EMPTY_BUFFER;
      for (long length : new long[] {(1L << 32) + 512, Long.MAX_VALUE, -1}) {
        expectError(
            only(talk.askExtended(0, Wire.CMD_TRIM, 0, length, none)),
            Wire.EINVAL,
            Long.toUnsignedString(length));
        expectError(
            only(talk.askExtended(0, Wire.CMD_READ, 0, length, none)),
            Wire.EINVAL,
            Long.toUnsignedString(length));
      }
      List<Talk.Chunk> chunks = talk.askExtended(0, Wire.CMD_BLOCK_STATUS, 0, SIZE, none);
      assertThat(chunks).hasSize(2);
      for (int i = 0; i < 2; i++) {
        ByteBuf data = chunks.get(i).data();
        assertThat(chunks.get(i).type()).isEqualTo(Wire.REPLY_BLOCK_STATUS_EXT);
        assertThat(data.readInt()).isEqualTo(i + 1);
        assertThat(data.readInt()).as("descriptors").isEqualTo(1);
        assertThat(data.readLong()).isEqualTo(SIZE);
        assertThat(data.readLong()).isZero();
        assertThat(data.isReadable()).isFalse();
      }
    }
  }

  @Test
  void withExtendedHeadersThePayloadIsWhereTheFlagSaysSo() {
    try (Talk talk = extended("base:allocation")) {
      ByteBuf eight = Unpooled.buffer().writeLong(1);
      expectError(
          only(talk.askExtended(0, Wire.CMD_WRITE, 0, 8, eight.copy())),
          Wire.EINVAL,
          "PAYLOAD_LEN");
      for (int type : List.of(Wire.CMD_READ, Wire.CMD_TRIM, Wire.CMD_BLOCK_STATUS, 12)) {
        expectError(
            only(talk.askExtended(Wire.CMD_FLAG_PAYLOAD_LEN, type, 0, 8, eight.copy())),
            Wire.EINVAL,
            "type");
      }
      assertThat(only(talk.askExtended(0, Wire.CMD_FLUSH, 0, 0, Unpooled.EMPTY_BUFFER)).type())
          .isEqualTo(Wire.REPLY_NONE);
    }
  }
}
