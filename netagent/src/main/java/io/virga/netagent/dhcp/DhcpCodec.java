package io.virga.netagent.dhcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.MalformedOctetsException;
import io.virga.netagent.octets.OctetReader;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/** DHCP messages as payloads of datagrams (RFC 2131 §2, RFC 3396 for long options). */
public final class DhcpCodec {

  private static final int MAGIC = 0x63825363;
  private static final int HARDWARE_ETHERNET = 1;
  private static final int BROADCAST_FLAG = 0x8000;
  private static final int NAMES_BYTES = 64 + 128;
  private static final int MIN_BYTES = 300;
  private static final int MAX_OPTION_PART = 255;

  private DhcpCodec() {}

  /** Reads a message; a datagram is whole, so there is never more to wait for. */
  public static Decoded<DhcpMessage> decode(Octets payload) {
    ByteBuf bytes = Unpooled.wrappedBuffer(payload.toByteArray());
    try {
      return new Decoded.Complete<>(read(OctetReader.of(bytes, 0, bytes.readableBytes())));
    } catch (MalformedOctetsException malformed) {
      return new Decoded.Malformed<>(malformed.reason());
    }
  }

  private static DhcpMessage read(OctetReader in) throws MalformedOctetsException {
    int operation = in.u8();
    if (in.u8() != HARDWARE_ETHERNET || in.u8() != 6) {
      throw new MalformedOctetsException("not Ethernet");
    }
    in.skip(1);
    int transactionId = in.i32();
    in.skip(2);
    boolean broadcast = (in.u16() & BROADCAST_FLAG) != 0;
    Ipv4Address clientAddress = new Ipv4Address(in.i32());
    Ipv4Address yourAddress = new Ipv4Address(in.i32());
    in.skip(8);
    MacAddress clientMac = new MacAddress(in.octets(6).toLong());
    in.skip(10 + NAMES_BYTES);
    if (in.i32() != MAGIC) {
      throw new MalformedOctetsException("BOOTP without DHCP");
    }
    return new DhcpMessage(
        operation,
        transactionId,
        broadcast,
        clientAddress,
        yourAddress,
        clientMac,
        readOptions(in));
  }

  private static Map<Integer, Octets> readOptions(OctetReader in) throws MalformedOctetsException {
    Map<Integer, Octets> options = new LinkedHashMap<>();
    while (in.remaining() > 0) {
      int code = in.u8();
      if (code == DhcpOption.END) {
        break;
      }
      if (code != DhcpOption.PAD) {
        options.merge(code, in.octets(in.u8()), DhcpCodec::joined);
      }
    }
    return options;
  }

  private static Octets joined(Octets first, Octets second) {
    ByteBuf both = Unpooled.buffer(first.length() + second.length());
    first.writeTo(both);
    second.writeTo(both);
    return Octets.copyOf(both.array());
  }

  /** The message as a payload of at least 300 bytes, as old clients want. */
  public static Octets encode(DhcpMessage message) {
    ByteBuf out = Unpooled.buffer(MIN_BYTES);
    out.writeByte(message.operation()).writeByte(HARDWARE_ETHERNET).writeByte(6).writeByte(0);
    out.writeInt(message.transactionId()).writeShort(0);
    out.writeShort(message.broadcast() ? BROADCAST_FLAG : 0);
    out.writeInt(message.clientAddress().bits()).writeInt(message.yourAddress().bits());
    out.writeZero(8);
    Octets.ofLong(message.clientMac().bits(), 6).writeTo(out);
    out.writeZero(10 + NAMES_BYTES);
    out.writeInt(MAGIC);
    message.options().forEach((code, value) -> writeOption(code, value, out));
    out.writeByte(DhcpOption.END);
    out.writeZero(Math.max(0, MIN_BYTES - out.readableBytes()));
    byte[] payload = new byte[out.readableBytes()];
    out.readBytes(payload);
    return Octets.copyOf(payload);
  }

  private static void writeOption(int code, Octets value, ByteBuf out) {
    int from = 0;
    do {
      int to = Math.min(value.length(), from + MAX_OPTION_PART);
      out.writeByte(code).writeByte(to - from);
      value.slice(from, to).writeTo(out);
      from = to;
    } while (from < value.length());
  }
}
