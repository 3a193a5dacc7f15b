package io.virga.netagent.dhcpv6;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.netagent.dhcpv6.Dhcpv6Message.Option;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.MalformedOctetsException;
import io.virga.netagent.octets.OctetReader;
import io.virga.netagent.octets.Octets;
import java.util.ArrayList;
import java.util.List;

/** Messages of clients and servers as payloads of datagrams (RFC 8415 §8, §21). */
public final class Dhcpv6Codec {

  /** More options than any client has; a message with more is refused. */
  private static final int MAX_OPTIONS = 64;

  private static final int LAST_OF_CLIENTS = 11;

  private Dhcpv6Codec() {}

  /** Reads a message; a datagram is whole, so there is never more to wait for. */
  public static Decoded<Dhcpv6Message> decode(Octets payload) {
    ByteBuf bytes = Unpooled.wrappedBuffer(payload.toByteArray());
    try {
      OctetReader in = OctetReader.of(bytes, 0, bytes.readableBytes());
      int type = in.u8();
      if (type == 0 || type > LAST_OF_CLIENTS) {
        throw new MalformedOctetsException("type " + type);
      }
      int transactionId = in.u8() << 16 | in.u16();
      return new Decoded.Complete<>(new Dhcpv6Message(type, transactionId, options(in)));
    } catch (MalformedOctetsException malformed) {
      return new Decoded.Malformed<>(malformed.reason());
    }
  }

  /** Options to the end, also those that are within another. */
  static List<Option> options(OctetReader in) throws MalformedOctetsException {
    List<Option> options = new ArrayList<>();
    while (in.remaining() > 0) {
      if (options.size() == MAX_OPTIONS) {
        throw new MalformedOctetsException("more than " + MAX_OPTIONS + " options");
      }
      int code = in.u16();
      options.add(new Option(code, in.octets(in.u16())));
    }
    return options;
  }

  /** The message as a payload. */
  public static Octets encode(Dhcpv6Message message) {
    ByteBuf out = Unpooled.buffer();
    out.writeByte(message.type()).writeMedium(message.transactionId());
    message.options().forEach(option -> encode(option, out));
    return written(out);
  }

  static void encode(Option option, ByteBuf out) {
    out.writeShort(option.code()).writeShort(option.value().length());
    option.value().writeTo(out);
  }

  static Octets written(ByteBuf out) {
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return Octets.copyOf(bytes);
  }
}
