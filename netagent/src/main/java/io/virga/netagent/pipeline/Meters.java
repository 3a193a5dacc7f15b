package io.virga.netagent.pipeline;

import io.virga.netagent.openflow.Message.MeterConfig;
import java.util.ArrayList;
import java.util.List;

/** What a guest may ask of the agent, so that none can drown it for the others, and its limits. */
public final class Meters {

  /** Ports above this number have no meters of their own and are not wired. */
  public static final int MAX_OFPORT = 0x7fff;

  private static final int DHCP_PACKETS_PER_SECOND = 20;
  private static final int METADATA_PACKETS_PER_SECOND = 2000;
  private static final int ROUTING_PACKETS_PER_SECOND = 20;
  private static final int ROUTING_PACKETS_OF_OTHERS_PER_SECOND = 200;
  private static final int ARP_PACKETS_PER_SECOND = 200;
  private static final int DNS_PACKETS_PER_SECOND = 100;
  private static final int FIRST_ROUTING = 0x10000;

  /** Behind those of {@link PortLimits}. */
  private static final int FIRST_DNS = 0x40000;

  /** What is heard on the wires of provider networks. */
  static final int MAC_HEARD = FIRST_ROUTING + MAX_OFPORT + 1;

  private Meters() {}

  static int dhcp(int ofport) {
    return ofport * 2;
  }

  static int metadata(int ofport) {
    return ofport * 2 + 1;
  }

  static int dns(int ofport) {
    return FIRST_DNS + ofport;
  }

  /** What routers leave to the agent of a port's packets; 0 stands for all senders elsewhere. */
  static int routing(int ofport) {
    return FIRST_ROUTING + ofport;
  }

  /** For what comes from elsewhere. */
  static List<MeterConfig> ofOthers() {
    return List.of(
        packets(routing(0), ROUTING_PACKETS_OF_OTHERS_PER_SECOND),
        packets(MAC_HEARD, ARP_PACKETS_PER_SECOND));
  }

  /** A port's. */
  static List<MeterConfig> of(LocalPort port) {
    List<MeterConfig> meters = new ArrayList<>();
    meters.add(packets(dhcp(port.ofport()), DHCP_PACKETS_PER_SECOND));
    meters.add(packets(dns(port.ofport()), DNS_PACKETS_PER_SECOND));
    meters.add(packets(metadata(port.ofport()), METADATA_PACKETS_PER_SECOND));
    meters.add(packets(routing(port.ofport()), ROUTING_PACKETS_PER_SECOND));
    meters.addAll(PortLimits.egress(port));
    meters.addAll(PortLimits.ingress(port));
    return List.copyOf(meters);
  }

  private static MeterConfig packets(int id, int perSecond) {
    return new MeterConfig(id, true, perSecond, perSecond);
  }
}
