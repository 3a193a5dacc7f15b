package io.virga.blockstore.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.virga.blockstore.device.CheckedBlockDevice;
import io.virga.blockstore.device.MemoryDevice;
import io.virga.blockstore.export.Budget;
import io.virga.blockstore.export.Export;
import io.virga.blockstore.export.ExportTable;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** Whole conversations, as bytes. */
class NbdHandlerTest {

  private static final Limits LIMITS = new Limits(1 << 10, 1 << 18, 1 << 20, 16);

  private final ExportTable exports = new ExportTable();
  private final CheckedBlockDevice device =
      new CheckedBlockDevice(new MemoryDevice(1 << 20), ImmediateEventExecutor.INSTANCE, false);

  @Test
  void anySplitOfTheBytesGivesTheSameReplies() {
    byte[] conversation = conversation();
    byte[] whole = replies(conversation, conversation.length);

    assertThat(replies(conversation, 1)).isEqualTo(whole);
    assertThat(replies(conversation, 7)).isEqualTo(whole);
    assertThat(replies(conversation, 1000)).isEqualTo(whole);
    assertThat(new String(whole, StandardCharsets.ISO_8859_1)).contains("NBDMAGICIHAVEOPT", "abc");
  }

  @Test
  void closingAnExportDisconnectsItsClients() {
    EmbeddedChannel channel = channel();
    feed(channel, conversation(), 4096);
    assertThat(channel.isOpen()).isTrue();

    exports.close("v1");
    channel.runPendingTasks();

    assertThat(channel.isOpen()).isFalse();
    channel.finishAndReleaseAll();
  }

  @FuzzTest(maxDuration = "10s")
  void hostileInputIsAnsweredOrDisconnected(byte[] input) {
    EmbeddedChannel raw = channel();
    feed(raw, input, 100);
    raw.finishAndReleaseAll();
    EmbeddedChannel haggled = channel();
    feed(haggled, greeting(), 4096);
    feed(haggled, input, 100);
    haggled.finishAndReleaseAll();
    exports.close("v1");
  }

  /** The input is taken as options: a number, a length and so many bytes each. */
  @FuzzTest(maxDuration = "10s")
  void hostileOptionsAreAnsweredOrDisconnected(byte[] input) throws SSLException {
    exports.open(new Export("v1", "v1", device, "here"));
    SslContext tls = SslContextBuilder.forClient().build();
    for (boolean required : new boolean[] {false, true}) {
      try (Talk talk =
          new Talk(
              new Door(
                  exports,
                  LIMITS,
                  Budget.standard(),
                  "here",
                  Optional.of(TlsEntrance.of(tls)),
                  required))) {
        ByteBuf in = Unpooled.wrappedBuffer(input);
        while (in.readableBytes() >= 2 && talk.isOpen()) {
          int number = in.readByte() % 12;
          int length = Math.min(in.readUnsignedByte(), in.readableBytes());
          talk.send(Talk.option(number, in.readSlice(length)));
        }
        talk.send(in);
      }
    }
    exports.close("v1");
  }

  @Test
  void randomRequestsAreAnsweredOrDisconnected() {
    Random random = new Random(11);
    for (int i = 0; i < 300; i++) {
      ByteBuf bytes = Unpooled.buffer().writeBytes(greeting());
      for (int n = 0; n < 20; n++) {
        bytes.writeInt(Wire.REQUEST_MAGIC).writeShort(random.nextInt(64));
        int type = random.nextInt(10);
        int length = random.nextInt(type == Wire.CMD_WRITE ? 5000 : Integer.MAX_VALUE);
        bytes.writeShort(type).writeLong(n).writeLong(random.nextInt(2 << 20)).writeInt(length);
        bytes.writeZero(type == Wire.CMD_WRITE ? length : 0);
      }
      EmbeddedChannel channel = channel();
      feed(channel, ByteBufUtil.getBytes(bytes), 1 + random.nextInt(9000));
      channel.finishAndReleaseAll();
      exports.close("v1");
    }
  }

  private EmbeddedChannel channel() {
    exports.open(new Export("v1", "v1", device, "here"));
    return new EmbeddedChannel(
        new NbdHandler(
            new Door(exports, LIMITS, Budget.standard(), "here", Optional.empty(), false)));
  }

  private byte[] replies(byte[] bytes, int step) {
    EmbeddedChannel channel = channel();
    feed(channel, bytes, step);
    ByteBuf all = Unpooled.buffer();
    ByteBuf part = channel.readOutbound();
    while (part != null) {
      all.writeBytes(part);
      part.release();
      part = channel.readOutbound();
    }
    channel.finishAndReleaseAll();
    exports.close("v1");
    return ByteBufUtil.getBytes(all);
  }

  private static void feed(EmbeddedChannel channel, byte[] bytes, int step) {
    for (int at = 0; at < bytes.length && channel.isOpen(); at += step) {
      int length = Math.min(step, bytes.length - at);
      channel.writeInbound(
          ByteBufAllocator.DEFAULT.directBuffer(length).writeBytes(bytes, at, length));
      channel.runPendingTasks();
    }
  }

  private static byte[] greeting() {
    ByteBuf out = Unpooled.buffer().writeInt(Wire.FLAG_FIXED_NEWSTYLE | Wire.FLAG_NO_ZEROES);
    out.writeLong(Wire.IHAVEOPT).writeInt(Wire.OPT_STRUCTURED_REPLY).writeInt(0);
    out.writeLong(Wire.IHAVEOPT).writeInt(Wire.OPT_LIST).writeInt(0);
    out.writeBytes(
        Talk.option(
            Wire.OPT_SET_META_CONTEXT,
            Talk.queries("v1", "base:allocation", "virga:changed-since:s1")));
    out.writeLong(Wire.IHAVEOPT).writeInt(Wire.OPT_GO).writeInt(8);
    out.writeInt(2).writeCharSequence("v1", StandardCharsets.UTF_8);
    return ByteBufUtil.getBytes(out.writeShort(0));
  }

  private static byte[] conversation() {
    ByteBuf out = Unpooled.buffer().writeBytes(greeting());
    write(out, 1, 5000, "abc");
    out.writeInt(Wire.REQUEST_MAGIC).writeShort(0).writeShort(Wire.CMD_READ);
    out.writeLong(2).writeLong(4999).writeInt(8);
    out.writeInt(Wire.REQUEST_MAGIC).writeShort(0).writeShort(Wire.CMD_FLUSH);
    out.writeLong(3).writeLong(0).writeInt(0);
    return ByteBufUtil.getBytes(out);
  }

  private static void write(ByteBuf out, long cookie, long offset, String text) {
    out.writeInt(Wire.REQUEST_MAGIC).writeShort(0).writeShort(Wire.CMD_WRITE);
    out.writeLong(cookie).writeLong(offset).writeInt(text.length());
    out.writeCharSequence(text, StandardCharsets.US_ASCII);
  }
}
