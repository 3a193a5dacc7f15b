package io.virga.netagent.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.MalformedOctetsException;
import io.virga.netagent.octets.OctetReader;
import io.virga.netagent.octets.Octets;

/**
 * A neighbour solicitation or advertisement in an untagged Ethernet frame (RFC 4861 §4.3, §4.4).
 *
 * @param advertisement whether it says who has the target's address; else it asks
 * @param mac of the sender who asks, or of who has the target's address
 */
public record NeighbourFrame(
    Ipv6Address source,
    Ipv6Address destination,
    boolean advertisement,
    Ipv6Address target,
    MacAddress mac) {

  /** Bytes of a frame with the one option that it needs. */
  public static final int BYTES = 14 + Ipv6Frame.HEADER_BYTES + 32;

  private static final int SOLICITATION = 135;
  private static final int ADVERTISEMENT = 136;
  private static final int ROUTER_AND_OVERRIDE = 0xa0000000;
  private static final int SENDERS_MAC = 1;
  private static final int TARGETS_MAC = 2;
  private static final int ON_THE_LINK = 255;

  /** Asks all who may have it for an address. */
  public static NeighbourFrame request(MacAddress mac, Ipv6Address own, Ipv6Address target) {
    return new NeighbourFrame(own, target.solicitedNode(), false, target, mac);
  }

  /** Tells everybody that a router has an address. */
  public static NeighbourFrame announcement(MacAddress mac, Ipv6Address own) {
    return new NeighbourFrame(own, Ipv6Address.ALL_NODES, true, own, mac);
  }

  /** Reads a frame; one without the MAC in question is none. */
  public static Decoded<NeighbourFrame> decode(Octets frame) {
    ByteBuf bytes = Unpooled.wrappedBuffer(frame.toByteArray());
    try {
      OctetReader in = OctetReader.of(bytes, 0, bytes.readableBytes());
      in.skip(12);
      if (in.u16() != Ipv6Frame.ETHERTYPE) {
        throw new MalformedOctetsException("not IPv6");
      }
      return new Decoded.Complete<>(
          read(Ipv6Frame.read(new Link(MacAddress.BROADCAST, MacAddress.BROADCAST), in)));
    } catch (MalformedOctetsException malformed) {
      return new Decoded.Malformed<>(malformed.reason());
    }
  }

  private static NeighbourFrame read(Ipv6Frame packet) throws MalformedOctetsException {
    ByteBuf bytes = Unpooled.wrappedBuffer(packet.payload().toByteArray());
    OctetReader in = OctetReader.of(bytes, 0, bytes.readableBytes());
    int type = in.u8();
    if (packet.protocol() != Ipv6Frame.ICMPV6
        || packet.hopLimit() != ON_THE_LINK
        || type != SOLICITATION && type != ADVERTISEMENT) {
      throw new MalformedOctetsException("no neighbour discovery");
    }
    in.skip(7);
    Ipv6Address target = Ipv6Address.of(in.octets(16));
    int wanted = type == SOLICITATION ? SENDERS_MAC : TARGETS_MAC;
    while (true) {
      int option = in.u8();
      int lengthBytes = 8 * in.u8();
      if (lengthBytes == 0) {
        throw new MalformedOctetsException("an option of no bytes");
      }
      if (option == wanted) {
        MacAddress mac = new MacAddress(in.octets(6).toLong());
        return new NeighbourFrame(
            packet.source(), packet.destination(), type == ADVERTISEMENT, target, mac);
      }
      in.skip(lengthBytes - 2);
    }
  }

  /** The frame, from the MAC. */
  public Octets encode() {
    ByteBuf out = Unpooled.buffer(32);
    out.writeByte(advertisement ? ADVERTISEMENT : SOLICITATION).writeByte(0).writeShort(0);
    out.writeInt(advertisement ? ROUTER_AND_OVERRIDE : 0);
    target.octets().writeTo(out);
    out.writeByte(advertisement ? TARGETS_MAC : SENDERS_MAC).writeByte(1);
    Octets.ofLong(mac.bits(), 6).writeTo(out);
    return new Ipv6Frame(
            new Link(mac, destination.multicastMac()),
            source,
            destination,
            Ipv6Frame.ICMPV6,
            ON_THE_LINK,
            Octets.copyOf(out.array()))
        .encode(2);
  }
}
