package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv4Prefix;
import java.util.stream.Stream;

/**
 * ARP for what control does not know. Addresses of ports are answered and never asked for; only for
 * those that control cannot know, which ports may have beside their own, guests are asked.
 */
final class ResolutionFlows {

  private static final int REQUEST = 1;
  private static final int REPLY = 2;

  private ResolutionFlows() {}

  static void compile(Segment segment, FlowSet flows) {
    long vni = segment.network().vni();
    Match arp = Packets.ARP.with(OxmField.METADATA, vni);
    segment.ports().stream()
        .flatMap(ResolutionFlows::unknown)
        .distinct()
        .forEach(
            prefix -> {
              long address = prefix.address().unsigned();
              long mask = prefix.mask().unsigned();
              flows.next(
                  key(
                      Tables.SERVICES,
                      50,
                      arp.with(OxmField.ARP_OP, REQUEST).with(OxmField.ARP_TPA, address, mask)),
                  Tables.FORWARD);
              flows.next(
                  key(
                      Tables.SERVICES,
                      50,
                      arp.with(OxmField.ARP_OP, REPLY).with(OxmField.ARP_SPA, address, mask)),
                  Tables.FORWARD);
            });
  }

  /** Addresses that may be behind the port though they are not its own. */
  private static Stream<Ipv4Prefix> unknown(PortSpec port) {
    return port.portSecurity()
        ? port.allowedAddressPairs().stream()
            .flatMap(pair -> Ipv4Prefix.parse(pair.cidr()).stream())
        : Stream.of(new Ipv4Prefix(Ipv4Address.ANY, 0));
  }
}
