package io.virga.netagent.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.netagent.octets.MalformedOctetsException;
import io.virga.netagent.octets.OctetReader;
import io.virga.netagent.octets.Octets;
import java.util.Optional;

/**
 * What a router tells the sender of an IPv6 packet that it does not send on (RFC 4443).
 *
 * @param router the address that tells it
 */
public record Icmpv6Error(Ipv6Address router, int type, int code) {

  /** As much of the packet as fits into the smallest MTU (RFC 4443 §2.4). */
  public static final int MAX_QUOTED_BYTES = 1280 - 40 - 8;

  private static final int HOP_LIMIT = 64;
  private static final int FIRST_INFORMATION = 128;
  private static final int REDIRECT = 137;

  /** The frame that tells of a frame; empty where no error may be sent (RFC 4443 §2.4). */
  public Optional<Octets> about(Octets frame) {
    ByteBuf bytes = Unpooled.wrappedBuffer(frame.toByteArray());
    try {
      return read(OctetReader.of(bytes, 0, bytes.readableBytes()));
    } catch (MalformedOctetsException malformed) {
      return Optional.empty();
    }
  }

  private Optional<Octets> read(OctetReader in) throws MalformedOctetsException {
    MacAddress to = new MacAddress(in.octets(6).toLong());
    MacAddress from = new MacAddress(in.octets(6).toLong());
    int etherType = in.u16();
    OctetReader packet = in.fork();
    int version = in.i32() >>> 28;
    int payloadBytes = in.u16();
    int protocol = in.u8();
    in.skip(1);
    Ipv6Address source = Ipv6Address.of(in.octets(16));
    Ipv6Address destination = Ipv6Address.of(in.octets(16));
    if (etherType != Ipv6Frame.ETHERTYPE
        || version != 6
        || to.isGroup()
        || source.equals(Ipv6Address.UNSPECIFIED)
        || source.isMulticast()
        || source.isLinkLocal()
        || destination.isMulticast()
        || protocol == Ipv6Frame.ICMPV6 && !isInformation(in.u8())) {
      return Optional.empty();
    }
    int quotedBytes =
        Math.min(
            MAX_QUOTED_BYTES, Math.min(Ipv6Frame.HEADER_BYTES + payloadBytes, packet.remaining()));
    ByteBuf message = Unpooled.buffer(8 + quotedBytes);
    message.writeByte(type).writeByte(code).writeShort(0).writeInt(0);
    packet.octets(quotedBytes).writeTo(message);
    return Optional.of(
        new Ipv6Frame(
                new Link(to, from),
                router,
                source,
                Ipv6Frame.ICMPV6,
                HOP_LIMIT,
                Octets.copyOf(message.array()))
            .encode(2));
  }

  private static boolean isInformation(int type) {
    return type >= FIRST_INFORMATION && type != REDIRECT;
  }
}
