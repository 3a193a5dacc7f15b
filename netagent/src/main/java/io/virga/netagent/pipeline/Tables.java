package io.virga.netagent.pipeline;

/**
 * The tables of the integration bridge.
 *
 * <pre>
 *  0  where a packet comes from: network, port and zone into metadata and registers
 *  1  what the port may send at most, and how its packets are marked
 *  2  from another host: the number of the network into metadata
 *  5  from the wire of a provider network: what the agent wants to hear there
 *  8  for the external addresses of routers: ARP answered, destinations translated
 *  9  translated, and by that router's routes on
 * 10  anti-spoofing: sender MAC and address
 * 12  ARP and neighbour solicitations answered, DHCP, DNS and router solicitations to the agent,
 *     metadata aside; ARP and discovery of what control cannot know goes on, all other is dropped
 * 13  the MAC in the answer to a neighbour solicitation
 * 20  connection tracking of what a guest sends
 * 21  its security groups' egress rules
 * 22  what they let pass: new connections are remembered
 * 25  to the metadata server: the sender's address becomes one that names its port
 * 26  from the metadata server, back to the port that the address names
 * 30  what is for a router: echo of its addresses answered, all else goes on as that router's
 * 40  the router's routes, longest prefix first: next network and next hop
 * 41  what leaves a router for its external network: sources translated, or on to the gateway's host
 * 42  answers that a forwarding's tracker has seen, or that are of no connection of it
 * 45  the next hop's MAC, in every network that has a router
 * 46  what a router cannot send on: the agent tells the sender
 * 47  the agent asks for the MAC of the next hop
 * 60  (network, MAC) to the local port, or through the tunnel to the host that has it
 * 61  broadcast and multicast: copies to local ports, then to other hosts or the wire
 * 62  into the wire of a provider network
 * 70  connection tracking of what a guest receives
 * 71  its security groups' ingress rules
 * 72  what they let pass: new connections are remembered
 * 80  output
 * </pre>
 */
final class Tables {

  static final int CLASSIFY = 0;
  static final int LIMITS = 1;
  static final int TUNNEL = 2;
  static final int FROM_WIRE = 5;
  static final int ARRIVAL = 8;
  static final int ARRIVED = 9;
  static final int SPOOF = 10;
  static final int SERVICES = 12;
  static final int ANSWER = 13;
  static final int EGRESS = 20;
  static final int EGRESS_RULES = 21;
  static final int EGRESS_PASSED = 22;
  static final int METADATA_REQUEST = 25;
  static final int METADATA_REPLY = 26;
  static final int ROUTER = 30;
  static final int ROUTES = 40;
  static final int EXIT = 41;
  static final int EXITED = 42;
  static final int NEXT_HOP = 45;
  static final int ICMP_ERROR = 46;
  static final int RESOLVE = 47;
  static final int FORWARD = 60;
  static final int FLOOD = 61;
  static final int TO_WIRE = 62;
  static final int INGRESS = 70;
  static final int INGRESS_RULES = 71;
  static final int INGRESS_PASSED = 72;
  static final int DELIVER = 80;

  private Tables() {}
}
