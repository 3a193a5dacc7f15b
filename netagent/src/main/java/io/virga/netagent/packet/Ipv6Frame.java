package io.virga.netagent.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.netagent.octets.MalformedOctetsException;
import io.virga.netagent.octets.OctetReader;
import io.virga.netagent.octets.Octets;

/**
 * An IPv6 packet without extension headers in an untagged Ethernet frame (RFC 8200).
 *
 * @param protocol what is in it
 */
record Ipv6Frame(
    Link link,
    Ipv6Address source,
    Ipv6Address destination,
    int protocol,
    int hopLimit,
    Octets payload) {

  static final int UDP = 17;
  static final int ICMPV6 = 58;
  static final int ETHERTYPE = 0x86dd;
  static final int HEADER_BYTES = 40;

  private static final int ETHERNET_BYTES = 14;

  /** Reads what is behind the Ethernet type. */
  static Ipv6Frame read(Link link, OctetReader in) throws MalformedOctetsException {
    if (in.i32() >>> 28 != 6) {
      throw new MalformedOctetsException("bad IPv6 header");
    }
    int payloadBytes = in.u16();
    int protocol = in.u8();
    int hopLimit = in.u8();
    Ipv6Address source = Ipv6Address.of(in.octets(16));
    Ipv6Address destination = Ipv6Address.of(in.octets(16));
    return new Ipv6Frame(link, source, destination, protocol, hopLimit, in.octets(payloadBytes));
  }

  /**
   * The frame with the checksum of what is in it, which covers addresses as well.
   *
   * @param checksumIndex where in the payload it is
   */
  Octets encode(int checksumIndex) {
    int payloadBytes = payload.length();
    ByteBuf out = Unpooled.buffer(ETHERNET_BYTES + HEADER_BYTES + payloadBytes);
    Octets.ofLong(link.destination().bits(), 6).writeTo(out);
    Octets.ofLong(link.source().bits(), 6).writeTo(out);
    out.writeShort(ETHERTYPE);
    out.writeInt(6 << 28).writeShort(payloadBytes).writeByte(protocol).writeByte(hopLimit);
    int addressIndex = out.writerIndex();
    source.octets().writeTo(out);
    destination.octets().writeTo(out);
    payload.writeTo(out);
    long sum = Checksum.sum(out, addressIndex, 32 + payloadBytes) + protocol + payloadBytes;
    int checksum = Checksum.fold(sum);
    out.setShort(addressIndex + 32 + checksumIndex, checksum == 0 ? 0xffff : checksum);
    return Octets.copyOf(out.array());
  }
}
