package io.virga.netagent.pipeline;

/**
 * The tables of the integration bridge. Numbers that are not used yet belong to floating IPs (6),
 * neighbour discovery (13), routing (40, 45) and gateways (50, 51).
 *
 * <pre>
 *  0  where a packet comes from: network, port and zone into metadata and registers
 *  2  from another host: the number of the network into metadata
 *  5  from a provider network
 * 10  anti-spoofing: sender MAC and address
 * 12  ARP answered, DHCP to the agent, metadata aside; ARP for what control cannot know goes on,
 *     other ARP is dropped
 * 20  connection tracking of what a guest sends
 * 21  its security groups' egress rules
 * 25  to the metadata server: the sender's address becomes one that names its port
 * 26  from the metadata server, back to the port that the address names
 * 30  the router's own: gateway answers ICMP echo
 * 60  (network, MAC) to the local port, or through the tunnel to the host that has it
 * 61  broadcast and multicast: copies to local ports, then to other hosts or the wire
 * 62  into the wire of a provider network
 * 70  connection tracking of what a guest receives
 * 71  its security groups' ingress rules
 * 80  output
 * </pre>
 */
final class Tables {

  static final int CLASSIFY = 0;
  static final int TUNNEL = 2;
  static final int FROM_WIRE = 5;
  static final int SPOOF = 10;
  static final int SERVICES = 12;
  static final int EGRESS = 20;
  static final int EGRESS_RULES = 21;
  static final int METADATA_REQUEST = 25;
  static final int METADATA_REPLY = 26;
  static final int ROUTER = 30;
  static final int FORWARD = 60;
  static final int FLOOD = 61;
  static final int TO_WIRE = 62;
  static final int INGRESS = 70;
  static final int INGRESS_RULES = 71;
  static final int DELIVER = 80;

  private Tables() {}
}
