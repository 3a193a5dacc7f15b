package io.virga.netagent.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.netagent.octets.MalformedOctetsException;
import io.virga.netagent.octets.OctetReader;
import io.virga.netagent.octets.Octets;
import java.util.Optional;

/**
 * What a router tells the sender of a packet that it does not send on (RFC 792).
 *
 * @param router the address that tells it
 */
public record IcmpError(Ipv4Address router, int type, int code) {

  /** The most of the packet that is sent back (RFC 1812 §4.3.2.3). */
  public static final int MAX_QUOTED_BYTES = 548;

  private static final int ETHERNET_BYTES = 14;
  private static final int IPV4_BYTES = 20;
  private static final int ICMP_BYTES = 8;
  private static final int ETHERTYPE_IPV4 = 0x0800;
  private static final int ICMP = 1;
  private static final int TTL = 64;
  private static final int PRECEDENCE_INTERNETWORK_CONTROL = 0xc0;
  private static final int FRAGMENT_OFFSET = 0x1fff;

  /** The frame that tells of a frame; empty where no error may be sent (RFC 1122 §3.2.2). */
  public Optional<Octets> about(Octets frame) {
    ByteBuf bytes = Unpooled.wrappedBuffer(frame.toByteArray());
    try {
      return read(OctetReader.of(bytes, 0, bytes.readableBytes())).map(this::encode);
    } catch (MalformedOctetsException malformed) {
      return Optional.empty();
    }
  }

  /** The packet in question, as far as it is sent back. */
  private record Quoted(MacAddress from, MacAddress to, Ipv4Address source, Octets packet) {}

  private static Optional<Quoted> read(OctetReader in) throws MalformedOctetsException {
    MacAddress to = new MacAddress(in.octets(6).toLong());
    MacAddress from = new MacAddress(in.octets(6).toLong());
    int etherType = in.u16();
    OctetReader packet = in.fork();
    int versionAndLength = in.u8();
    int headerBytes = (versionAndLength & 15) * 4;
    in.skip(1);
    int totalBytes = in.u16();
    in.skip(2);
    boolean laterFragment = (in.u16() & FRAGMENT_OFFSET) != 0;
    in.skip(1);
    int protocol = in.u8();
    in.skip(2);
    Ipv4Address source = new Ipv4Address(in.i32());
    Ipv4Address destination = new Ipv4Address(in.i32());
    if (etherType != ETHERTYPE_IPV4
        || versionAndLength >> 4 != 4
        || headerBytes < IPV4_BYTES
        || totalBytes < headerBytes
        || laterFragment
        || to.isGroup()
        || !isHost(source)
        || destination.bits() >>> 28 >= 0xe) {
      return Optional.empty();
    }
    in.skip(headerBytes - IPV4_BYTES);
    if (protocol == ICMP && !isQuery(in.u8())) {
      return Optional.empty();
    }
    int quotedBytes = Math.min(MAX_QUOTED_BYTES, Math.min(totalBytes, packet.remaining()));
    return Optional.of(new Quoted(from, to, source, packet.octets(quotedBytes)));
  }

  /** Neither this network, nor loopback, nor a group, nor a broadcast. */
  private static boolean isHost(Ipv4Address address) {
    int first = address.bits() >>> 24;
    return first != 0 && first != 127 && first < 224;
  }

  /** Echo, router, timestamp and address mask messages; all others are errors. */
  private static boolean isQuery(int icmpType) {
    return switch (icmpType) {
      case 0, 8, 9, 10, 13, 14, 15, 16, 17, 18 -> true;
      default -> false;
    };
  }

  private Octets encode(Quoted quoted) {
    int icmpBytes = ICMP_BYTES + quoted.packet().length();
    ByteBuf out = Unpooled.buffer(ETHERNET_BYTES + IPV4_BYTES + icmpBytes);
    Octets.ofLong(quoted.from().bits(), 6).writeTo(out);
    Octets.ofLong(quoted.to().bits(), 6).writeTo(out);
    out.writeShort(ETHERTYPE_IPV4);
    out.writeByte(0x45).writeByte(PRECEDENCE_INTERNETWORK_CONTROL);
    out.writeShort(IPV4_BYTES + icmpBytes).writeInt(0);
    out.writeByte(TTL).writeByte(ICMP).writeShort(0);
    out.writeInt(router.bits()).writeInt(quoted.source().bits());
    out.setShort(ETHERNET_BYTES + 10, Checksum.fold(Checksum.sum(out, ETHERNET_BYTES, IPV4_BYTES)));
    int icmpIndex = out.writerIndex();
    out.writeByte(type).writeByte(code).writeShort(0).writeInt(0);
    quoted.packet().writeTo(out);
    out.setShort(icmpIndex + 2, Checksum.fold(Checksum.sum(out, icmpIndex, icmpBytes)));
    byte[] frame = new byte[out.readableBytes()];
    out.readBytes(frame);
    return Octets.copyOf(frame);
  }
}
