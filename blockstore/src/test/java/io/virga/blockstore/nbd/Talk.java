package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client that speaks bytes to a handler and reads what it answers. */
final class Talk implements AutoCloseable {

  private final EmbeddedChannel channel;
  private final ByteBuf answers = Unpooled.buffer();
  private long lastOffset = -1;

  Talk(Door door) {
    this(door, Wire.FLAG_FIXED_NEWSTYLE | Wire.FLAG_NO_ZEROES);
  }

  /** With other flags than clients have today. */
  Talk(Door door, int flags) {
    channel = new EmbeddedChannel(new NbdHandler(door));
    send(Unpooled.buffer().writeInt(flags));
    answers().skipBytes(18);
  }

  /** An answer to an option. */
  record OptionAnswer(int option, int type, String data) {}

  /** A chunk of a structured reply; a simple reply has the type -1 and the error in its data. */
  record Chunk(boolean last, int type, long cookie, ByteBuf data) {

    int error() {
      return data.getInt(0);
    }

    String reason() {
      return data.toString(6, data.readableBytes() - 6, StandardCharsets.UTF_8);
    }
  }

  boolean isOpen() {
    channel.runPendingTasks();
    return channel.isOpen();
  }

  void send(ByteBuf bytes) {
    if (channel.isOpen()) {
      ByteBuf direct = ByteBufAllocator.DEFAULT.directBuffer(Math.max(1, bytes.readableBytes()));
      channel.writeInbound(direct.writeBytes(bytes));
      channel.runPendingTasks();
    }
  }

  private ByteBuf answers() {
    channel.runPendingTasks();
    ByteBuf part = channel.readOutbound();
    while (part != null) {
      answers.writeBytes(part);
      part.release();
      part = channel.readOutbound();
    }
    return answers;
  }

  static ByteBuf option(int number, ByteBuf data) {
    ByteBuf out = Unpooled.buffer().writeLong(Wire.IHAVEOPT).writeInt(number);
    return out.writeInt(data.readableBytes()).writeBytes(data);
  }

  /** The data of INFO and GO. */
  static ByteBuf name(String export) {
    return text(Unpooled.buffer(), export).writeShort(0);
  }

  /** The data of the options of contexts. */
  static ByteBuf queries(String export, String... queries) {
    ByteBuf data = text(Unpooled.buffer(), export).writeInt(queries.length);
    for (String query : queries) {
      text(data, query);
    }
    return data;
  }

  private static ByteBuf text(ByteBuf out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return out.writeInt(bytes.length).writeBytes(bytes);
  }

  List<OptionAnswer> ask(int option, ByteBuf data) {
    send(option(option, data));
    List<OptionAnswer> all = new ArrayList<>();
    ByteBuf in = answers();
    while (in.isReadable()) {
      in.skipBytes(8);
      int answered = in.readInt();
      int type = in.readInt();
      int length = in.readInt();
      all.add(
          new OptionAnswer(
              answered, type, in.readCharSequence(length, StandardCharsets.ISO_8859_1).toString()));
    }
    return all;
  }

  /** Agrees on structured replies and contexts, and goes to the export. */
  void go(String export, String... contexts) {
    ask(Wire.OPT_STRUCTURED_REPLY, Unpooled.EMPTY_BUFFER);
    if (contexts.length > 0) {
      ask(Wire.OPT_SET_META_CONTEXT, queries(export, contexts));
    }
    ask(Wire.OPT_GO, name(export));
  }

  static ByteBuf request(int flags, int type, long cookie, long offset, int length) {
    ByteBuf out = Unpooled.buffer().writeInt(Wire.REQUEST_MAGIC).writeShort(flags);
    return out.writeShort(type).writeLong(cookie).writeLong(offset).writeInt(length);
  }

  /** What is answered to one request. */
  List<Chunk> ask(int flags, int type, long offset, int length) {
    ByteBuf request = request(flags, type, 77, offset, length);
    send(type == Wire.CMD_WRITE ? request.writeZero(length) : request);
    return chunks();
  }

  private List<Chunk> chunks() {
    List<Chunk> chunks = new ArrayList<>();
    ByteBuf in = answers();
    while (in.isReadable()) {
      int magic = in.readInt();
      if (magic == Wire.SIMPLE_REPLY_MAGIC) {
        ByteBuf error = copy(in, 4);
        chunks.add(new Chunk(true, -1, in.readLong(), error));
      } else {
        chunks.add(chunk(in, magic == Wire.EXTENDED_REPLY_MAGIC));
      }
    }
    return chunks;
  }

  private Chunk chunk(ByteBuf in, boolean extended) {
    boolean last = in.readUnsignedShort() == Wire.REPLY_FLAG_DONE;
    int chunkType = in.readUnsignedShort();
    long cookie = in.readLong();
    if (extended) {
      lastOffset = in.readLong();
    }
    return new Chunk(
        last, chunkType, cookie, copy(in, extended ? (int) in.readLong() : in.readInt()));
  }

  /** What is answered to one request with an extended header. */
  List<Chunk> askExtended(int flags, int type, long offset, long length, ByteBuf payload) {
    ByteBuf request = Unpooled.buffer();
    RequestCodec.encodeRequest(
        new Request(flags, type, 77, offset, length, payload), Headers.EXTENDED, request);
    send(request);
    return chunks();
  }

  /** The offset in the last extended reply. */
  long lastOffset() {
    return lastOffset;
  }

  /** How many bytes of answers there are that nobody has read. */
  int received() {
    ByteBuf in = answers();
    int bytes = in.readableBytes();
    in.skipBytes(bytes);
    return bytes;
  }

  /** On the heap, where nobody has to release it. */
  private static ByteBuf copy(ByteBuf in, int length) {
    return Unpooled.wrappedBuffer(ByteBufUtil.getBytes(in.readSlice(length)));
  }

  @Override
  public void close() {
    channel.finishAndReleaseAll();
  }
}
