package io.virga.netagent.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.MalformedOctetsException;
import io.virga.netagent.octets.OctetReader;
import io.virga.netagent.octets.Octets;

/**
 * A UDP datagram in an untagged Ethernet frame (RFC 768), in IPv4 (RFC 791) or in IPv6 without
 * extension headers; both sides are of one family.
 */
public record UdpFrame(Link link, Endpoint source, Endpoint destination, Octets payload) {

  /** One side of a datagram. */
  public record Endpoint(IpAddress address, int port) {}

  private static final int ETHERNET_BYTES = 14;
  private static final int IPV4_BYTES = 20;
  private static final int UDP_BYTES = 8;
  private static final int ETHERTYPE_IPV4 = 0x0800;
  private static final int UDP = 17;
  private static final int TTL = 64;
  private static final int MORE_FRAGMENTS_AND_OFFSET = 0x3fff;

  /**
   * Reads a frame. Checksums are not looked at: a guest's network card may leave them to the device
   * that it believes to have.
   */
  public static Decoded<UdpFrame> decode(Octets frame) {
    ByteBuf bytes = Unpooled.wrappedBuffer(frame.toByteArray());
    try {
      return new Decoded.Complete<>(read(OctetReader.of(bytes, 0, bytes.readableBytes())));
    } catch (MalformedOctetsException malformed) {
      return new Decoded.Malformed<>(malformed.reason());
    }
  }

  private static UdpFrame read(OctetReader in) throws MalformedOctetsException {
    MacAddress destinationMac = new MacAddress(in.octets(6).toLong());
    MacAddress sourceMac = new MacAddress(in.octets(6).toLong());
    Link link = new Link(sourceMac, destinationMac);
    return switch (in.u16()) {
      case ETHERTYPE_IPV4 -> readIpv4(link, in);
      case Ipv6Frame.ETHERTYPE -> read(Ipv6Frame.read(link, in));
      default -> throw new MalformedOctetsException("not IP");
    };
  }

  private static UdpFrame read(Ipv6Frame packet) throws MalformedOctetsException {
    require(packet.protocol() == UDP, "not UDP");
    ByteBuf bytes = Unpooled.wrappedBuffer(packet.payload().toByteArray());
    return read(
        packet.link(),
        packet.source(),
        packet.destination(),
        OctetReader.of(bytes, 0, bytes.readableBytes()));
  }

  private static UdpFrame readIpv4(Link link, OctetReader in) throws MalformedOctetsException {
    int versionAndLength = in.u8();
    int headerBytes = (versionAndLength & 15) * 4;
    require(versionAndLength >> 4 == 4 && headerBytes >= IPV4_BYTES, "bad IPv4 header");
    in.skip(1);
    int totalBytes = in.u16();
    require(totalBytes >= headerBytes + UDP_BYTES, "IPv4 of " + totalBytes + " bytes");
    in.skip(2);
    require((in.u16() & MORE_FRAGMENTS_AND_OFFSET) == 0, "a fragment");
    in.skip(1);
    require(in.u8() == UDP, "not UDP");
    in.skip(2);
    Ipv4Address source = new Ipv4Address(in.i32());
    Ipv4Address destination = new Ipv4Address(in.i32());
    in.skip(headerBytes - IPV4_BYTES);
    return read(link, source, destination, in.sub(totalBytes - headerBytes));
  }

  private static UdpFrame read(Link link, IpAddress source, IpAddress destination, OctetReader in)
      throws MalformedOctetsException {
    int sourcePort = in.u16();
    int destinationPort = in.u16();
    int udpBytes = in.u16();
    require(udpBytes >= UDP_BYTES && udpBytes <= in.remaining() + 6, "bad UDP length");
    in.skip(2);
    return new UdpFrame(
        link,
        new Endpoint(source, sourcePort),
        new Endpoint(destination, destinationPort),
        in.octets(udpBytes - UDP_BYTES));
  }

  private static void require(boolean holds, String otherwise) throws MalformedOctetsException {
    if (!holds) {
      throw new MalformedOctetsException(otherwise);
    }
  }

  /** The frame with its checksums. */
  public Octets encode() {
    return switch (source.address()) {
      case Ipv4Address from when destination.address() instanceof Ipv4Address to ->
          encode(from, to);
      case Ipv6Address from when destination.address() instanceof Ipv6Address to ->
          encode(from, to);
      case IpAddress _ ->
          throw new IllegalArgumentException("of two families: " + source + ", " + destination);
    };
  }

  private Octets encode(Ipv6Address from, Ipv6Address to) {
    ByteBuf out = Unpooled.buffer(UDP_BYTES + payload.length());
    out.writeShort(source.port()).writeShort(destination.port());
    out.writeShort(UDP_BYTES + payload.length()).writeShort(0);
    payload.writeTo(out);
    return new Ipv6Frame(link, from, to, UDP, TTL, Octets.copyOf(out.array())).encode(6);
  }

  private Octets encode(Ipv4Address from, Ipv4Address to) {
    int udpBytes = UDP_BYTES + payload.length();
    ByteBuf out = Unpooled.buffer(ETHERNET_BYTES + IPV4_BYTES + udpBytes);
    Octets.ofLong(link.destination().bits(), 6).writeTo(out);
    Octets.ofLong(link.source().bits(), 6).writeTo(out);
    out.writeShort(ETHERTYPE_IPV4);
    out.writeByte(0x45).writeByte(0).writeShort(IPV4_BYTES + udpBytes);
    out.writeInt(0);
    out.writeByte(TTL).writeByte(UDP).writeShort(0);
    out.writeInt(from.bits()).writeInt(to.bits());
    out.setShort(ETHERNET_BYTES + 10, Checksum.fold(Checksum.sum(out, ETHERNET_BYTES, IPV4_BYTES)));
    int udpIndex = out.writerIndex();
    out.writeShort(source.port()).writeShort(destination.port()).writeShort(udpBytes).writeShort(0);
    payload.writeTo(out);
    long pseudoHeader = Checksum.sum(out, udpIndex - 8, 8) + UDP + udpBytes;
    int checksum = Checksum.fold(pseudoHeader + Checksum.sum(out, udpIndex, udpBytes));
    out.setShort(udpIndex + 6, checksum == 0 ? 0xffff : checksum);
    byte[] frame = new byte[out.readableBytes()];
    out.readBytes(frame);
    return Octets.copyOf(frame);
  }
}
