package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.virga.blockstore.iscsi.InitiatorPdu.Order;
import io.virga.dataplane.desired.IscsiAccess;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** One connection to a handler, PDU by PDU. */
final class Initiator implements AutoCloseable {

  static final int READ_FLAGS = Wire.FINAL | Wire.READ;
  static final int WRITE_FLAGS = Wire.FINAL | Wire.WRITE;

  private static final int PIECE_BYTES = 256 << 10;

  private final Socket channel;
  private Framing framing = new Framing(false, false, 1 << 20);
  private int commandSn = 1;

  Initiator(Sessions sessions) {
    this(sessions, Limits.DEFAULT);
  }

  Initiator(Sessions sessions, Limits limits) {
    Login login = new Login(sessions.targets(), limits, new Random(1));
    channel = new Socket();
    channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
    channel.pipeline().addLast(new IscsiHandler(sessions, login, limits));
    channel.pipeline().fireChannelActive();
  }

  /** A socket whose other end can stop to take anything. */
  private static final class Socket extends EmbeddedChannel {
    private boolean takesNothing;

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
      if (!takesNothing) {
        super.doWrite(in);
      }
    }
  }

  /** From now on nothing that is sent leaves the target. */
  void takeNothing() {
    channel.takesNothing = true;
  }

  /** Lets time go by. */
  void wait(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runPendingTasks();
  }

  /** An answer of the target: its header, and its data. */
  record Answer(ByteBuf header, byte[] data) {

    int opcode() {
      return header.getByte(0) & 0x3f;
    }

    int status() {
      return header.getUnsignedByte(3);
    }

    int tag() {
      return header.getInt(16);
    }
  }

  static ByteBuf loginBytes(long isid, String... pairs) {
    return loginBytes(isid, 0, 0, pairs);
  }

  private static ByteBuf loginBytes(long isid, int tsih, int connection, String... pairs) {
    ByteBuf text = Unpooled.buffer();
    KeyValues.encode("InitiatorName", "iqn.i", text);
    KeyValues.encode("TargetName", IscsiAccess.target("v1"), text);
    for (int i = 0; i < pairs.length; i += 2) {
      KeyValues.encode(pairs[i], pairs[i + 1], text);
    }
    return PduCodecTest.encoded(
        new InitiatorPdu.Login(
            new InitiatorPdu.Stage(true, false, 1, 3, 0),
            isid,
            tsih,
            1,
            connection,
            new Order(true, 1, 1),
            text),
        new Framing(false, false, 0));
  }

  /** The number of the next command. */
  int nextCommandSn() {
    return commandSn;
  }

  void send(ByteBuf bytes) {
    feed(ByteBufUtil.getBytes(bytes), 1 << 20);
  }

  /** Logs in; the answer to it, if it comes at once. */
  Optional<Answer> tryLogin(long isid, String... pairs) {
    feed(ByteBufUtil.getBytes(loginBytes(isid, pairs)), 1 << 20);
    return answers().stream().findFirst();
  }

  /** Logs in as another connection of a session. */
  void join(long isid, int tsih, int connection) {
    send(loginBytes(isid, tsih, connection));
    answers();
  }

  /** Logs in; the answer to it. */
  Answer login(long isid, String... pairs) {
    Answer answer = tryLogin(isid, pairs).orElseThrow();
    boolean digests = List.of(pairs).contains("CRC32C");
    framing = new Framing(digests, digests, 1 << 20);
    return answer;
  }

  Order order() {
    return new Order(false, commandSn++, 1);
  }

  void send(InitiatorPdu pdu) {
    feed(ByteBufUtil.getBytes(PduCodecTest.encoded(pdu, framing)), 1 << 20);
  }

  /** A SCSI command, whose CDB is in hexadecimal. */
  void command(Order order, int flags, int tag, int expectedBytes, String cdb, byte... data) {
    byte[] bytes = new byte[16];
    byte[] given = java.util.HexFormat.of().parseHex(cdb.replace(" ", ""));
    System.arraycopy(given, 0, bytes, 0, given.length);
    send(
        new InitiatorPdu.ScsiCommand(
            order, flags, 0, tag, expectedBytes, bytes, Unpooled.wrappedBuffer(data)));
  }

  /** A task management function, at once. */
  void function(int function, int tag, int referencedTag) {
    send(
        new InitiatorPdu.TaskManagement(
            new Order(true, commandSn, 1),
            function,
            0,
            tag,
            referencedTag,
            0,
            Unpooled.EMPTY_BUFFER));
  }

  /** Answers each R2T with all that it asks for, until there are none; what else was answered. */
  List<Answer> giveWhatIsAskedFor() {
    List<Answer> others = new ArrayList<>();
    List<Answer> answers = answers();
    while (!answers.isEmpty()) {
      for (Answer each : answers) {
        if (each.opcode() == Wire.READY_TO_TRANSFER) {
          give(each);
        } else {
          others.add(each);
        }
      }
      answers = answers();
    }
    return others;
  }

  private void give(Answer asked) {
    int transferTag = asked.header().getInt(20);
    int offset = asked.header().getInt(40);
    int length = asked.header().getInt(44);
    int sn = 0;
    for (int at = 0; at < length; at += PIECE_BYTES) {
      int bytes = Math.min(PIECE_BYTES, length - at);
      boolean last = at + bytes == length;
      byte[] data = new byte[bytes];
      Arrays.fill(data, (byte) asked.tag());
      send(
          new InitiatorPdu.DataOut(
              last, asked.tag(), transferTag, sn, offset + at, Unpooled.wrappedBuffer(data)));
      sn++;
    }
  }

  /** Takes the attention that a new way to a unit begins with. */
  void settle() {
    command(order(), Wire.FINAL, 999, 0, "00");
    answers();
  }

  void feed(byte[] bytes, int step) {
    for (int at = 0; at < bytes.length && channel.isOpen(); at += step) {
      int length = Math.min(step, bytes.length - at);
      channel.writeInbound(channel.alloc().directBuffer(length).writeBytes(bytes, at, length));
      channel.runPendingTasks();
    }
  }

  byte[] sent() {
    ByteBuf all = Unpooled.buffer();
    channel.runPendingTasks();
    ByteBuf part = channel.readOutbound();
    while (part != null) {
      all.writeBytes(part);
      part.release();
      part = channel.readOutbound();
    }
    return ByteBufUtil.getBytes(all);
  }

  List<Answer> answers() {
    ByteBuf bytes = Unpooled.wrappedBuffer(sent());
    List<Answer> answers = new ArrayList<>();
    while (bytes.isReadable()) {
      ByteBuf header = bytes.readSlice(Framing.HEADER_BYTES);
      if (framing.headerDigest()) {
        bytes.skipBytes(Framing.DIGEST_BYTES);
      }
      byte[] data = new byte[header.getUnsignedMedium(5)];
      bytes.readBytes(data);
      bytes.skipBytes(Framing.padded(data.length) - data.length);
      if (framing.dataDigest() && data.length > 0) {
        bytes.skipBytes(Framing.DIGEST_BYTES);
      }
      answers.add(new Answer(header, data));
    }
    return answers;
  }

  Optional<Answer> answer() {
    List<Answer> answers = answers();
    return answers.isEmpty() ? Optional.empty() : Optional.of(answers.getLast());
  }

  boolean isOpen() {
    channel.runPendingTasks();
    return channel.isOpen();
  }

  @Override
  public void close() {
    channel.finishAndReleaseAll();
  }
}
