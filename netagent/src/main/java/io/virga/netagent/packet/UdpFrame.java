package io.virga.netagent.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.netagent.wire.Decoded;
import io.virga.netagent.wire.MalformedWireException;
import io.virga.netagent.wire.Octets;
import io.virga.netagent.wire.WireReader;

/** A UDP datagram in IPv4 in an untagged Ethernet frame (RFC 768, RFC 791). */
public record UdpFrame(Link link, Endpoint source, Endpoint destination, Octets payload) {

  /** The frame's own addresses. */
  public record Link(MacAddress source, MacAddress destination) {}

  /** One side of a datagram. */
  public record Endpoint(Ipv4Address address, int port) {}

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
      return new Decoded.Complete<>(read(WireReader.of(bytes, 0, bytes.readableBytes())));
    } catch (MalformedWireException malformed) {
      return new Decoded.Malformed<>(malformed.reason());
    }
  }

  private static UdpFrame read(WireReader in) throws MalformedWireException {
    MacAddress destinationMac = new MacAddress(in.octets(6).toLong());
    MacAddress sourceMac = new MacAddress(in.octets(6).toLong());
    require(in.u16() == ETHERTYPE_IPV4, "not IPv4");
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
    int sourcePort = in.u16();
    int destinationPort = in.u16();
    int udpBytes = in.u16();
    require(udpBytes >= UDP_BYTES && udpBytes <= totalBytes - headerBytes, "bad UDP length");
    in.skip(2);
    return new UdpFrame(
        new Link(sourceMac, destinationMac),
        new Endpoint(source, sourcePort),
        new Endpoint(destination, destinationPort),
        in.octets(udpBytes - UDP_BYTES));
  }

  private static void require(boolean holds, String otherwise) throws MalformedWireException {
    if (!holds) {
      throw new MalformedWireException(otherwise);
    }
  }

  /** The frame with its checksums. */
  public Octets encode() {
    int udpBytes = UDP_BYTES + payload.length();
    ByteBuf out = Unpooled.buffer(ETHERNET_BYTES + IPV4_BYTES + udpBytes);
    Octets.ofLong(link.destination().bits(), 6).writeTo(out);
    Octets.ofLong(link.source().bits(), 6).writeTo(out);
    out.writeShort(ETHERTYPE_IPV4);
    out.writeByte(0x45).writeByte(0).writeShort(IPV4_BYTES + udpBytes);
    out.writeInt(0);
    out.writeByte(TTL).writeByte(UDP).writeShort(0);
    out.writeInt(source.address().bits()).writeInt(destination.address().bits());
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
