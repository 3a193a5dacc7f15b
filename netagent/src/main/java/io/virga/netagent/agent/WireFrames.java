package io.virga.netagent.agent;

import io.virga.netagent.octets.Octets;
import io.virga.netagent.packet.ArpFrame;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.packet.NeighbourFrame;

/** What is said on a link of who has which address: ARP, and neighbour discovery in IPv6. */
final class WireFrames {

  private WireFrames() {}

  /** Who speaks. */
  record Speaker(MacAddress mac, IpAddress address) {}

  /** Asks for the MAC of an address, of the family of the speaker's. */
  static Octets question(Speaker speaker, IpAddress wanted) {
    return switch (wanted) {
      case Ipv4Address four when speaker.address() instanceof Ipv4Address own ->
          ArpFrame.request(new ArpFrame.Party(speaker.mac(), own), four).encode();
      case Ipv6Address six when speaker.address() instanceof Ipv6Address own ->
          NeighbourFrame.request(speaker.mac(), own, six).encode();
      case IpAddress _ ->
          throw new IllegalArgumentException(speaker.address() + " cannot ask for " + wanted);
    };
  }

  /** Tells everybody which MAC the speaker's address has. */
  static Octets announcement(Speaker speaker) {
    return switch (speaker.address()) {
      case Ipv4Address own ->
          ArpFrame.announcement(new ArpFrame.Party(speaker.mac(), own)).encode();
      case Ipv6Address own -> NeighbourFrame.announcement(speaker.mac(), own).encode();
    };
  }
}
