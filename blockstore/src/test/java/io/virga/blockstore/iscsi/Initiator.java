package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.virga.blockstore.iscsi.InitiatorPdu.Order;
import io.virga.dataplane.desired.IscsiAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** One connection to a handler, PDU by PDU. */
final class Initiator implements AutoCloseable {

  static final int READ_FLAGS = Wire.FINAL | Wire.READ;
  static final int WRITE_FLAGS = Wire.FINAL | Wire.WRITE;

  private final EmbeddedChannel channel;
  private Framing framing = new Framing(false, false, 1 << 20);
  private int commandSn = 1;

  Initiator(Sessions sessions) {
    Login login = new Login(sessions.targets(), Limits.DEFAULT, new Random(1));
    channel = new EmbeddedChannel(new IscsiHandler(sessions, login, Limits.DEFAULT));
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
            0,
            1,
            0,
            new Order(true, 1, 1),
            text),
        new Framing(false, false, 0));
  }

  /** Logs in; the answer to it. */
  Answer login(long isid, String... pairs) {
    feed(ByteBufUtil.getBytes(loginBytes(isid, pairs)), 1 << 20);
    Answer answer = answers().getFirst();
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

  /** Takes the attention that a new way to a unit begins with. */
  void settle() {
    command(order(), Wire.FINAL, 999, 0, "00");
    answers();
  }

  void feed(byte[] bytes, int step) {
    for (int at = 0; at < bytes.length && channel.isOpen(); at += step) {
      int length = Math.min(step, bytes.length - at);
      channel.writeInbound(
          ByteBufAllocator.DEFAULT.directBuffer(length).writeBytes(bytes, at, length));
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
