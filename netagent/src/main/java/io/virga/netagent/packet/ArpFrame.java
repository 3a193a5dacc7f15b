package io.virga.netagent.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.MalformedOctetsException;
import io.virga.netagent.octets.OctetReader;
import io.virga.netagent.octets.Octets;

/** An ARP packet for IPv4 in an untagged Ethernet frame (RFC 826). */
public record ArpFrame(MacAddress destination, int operation, Party sender, Party target) {

  public static final int REQUEST = 1;
  public static final int REPLY = 2;

  private static final int FRAME_BYTES = 42;
  private static final int ETHERTYPE_ARP = 0x0806;
  private static final long ETHERNET_AND_IPV4 = 0x000108000604L;
  private static final MacAddress UNKNOWN = new MacAddress(0);

  /** Who has which address. */
  public record Party(MacAddress mac, Ipv4Address address) {}

  /** Asks everybody who has an address. */
  public static ArpFrame request(Party sender, Ipv4Address address) {
    return new ArpFrame(MacAddress.BROADCAST, REQUEST, sender, new Party(UNKNOWN, address));
  }

  /** Tells everybody who has an address (RFC 5227 §2.3). */
  public static ArpFrame announcement(Party sender) {
    return request(sender, sender.address());
  }

  /** Reads a frame. */
  public static Decoded<ArpFrame> decode(Octets frame) {
    ByteBuf bytes = Unpooled.wrappedBuffer(frame.toByteArray());
    try {
      return new Decoded.Complete<>(read(OctetReader.of(bytes, 0, bytes.readableBytes())));
    } catch (MalformedOctetsException malformed) {
      return new Decoded.Malformed<>(malformed.reason());
    }
  }

  private static ArpFrame read(OctetReader in) throws MalformedOctetsException {
    MacAddress destination = new MacAddress(in.octets(6).toLong());
    in.skip(6);
    if (in.u16() != ETHERTYPE_ARP || in.octets(6).toLong() != ETHERNET_AND_IPV4) {
      throw new MalformedOctetsException("no ARP for IPv4");
    }
    return new ArpFrame(destination, in.u16(), party(in), party(in));
  }

  private static Party party(OctetReader in) throws MalformedOctetsException {
    return new Party(new MacAddress(in.octets(6).toLong()), new Ipv4Address(in.i32()));
  }

  /** The frame, from the sender. */
  public Octets encode() {
    ByteBuf out = Unpooled.buffer(FRAME_BYTES);
    Octets.ofLong(destination.bits(), 6).writeTo(out);
    Octets.ofLong(sender.mac().bits(), 6).writeTo(out);
    out.writeShort(ETHERTYPE_ARP);
    Octets.ofLong(ETHERNET_AND_IPV4, 6).writeTo(out);
    out.writeShort(operation);
    encode(sender, out);
    encode(target, out);
    byte[] frame = new byte[out.readableBytes()];
    out.readBytes(frame);
    return Octets.copyOf(frame);
  }

  private static void encode(Party party, ByteBuf out) {
    Octets.ofLong(party.mac().bits(), 6).writeTo(out);
    out.writeInt(party.address().bits());
  }
}
