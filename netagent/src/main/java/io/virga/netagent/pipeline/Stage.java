package io.virga.netagent.pipeline;

/**
 * A table of the pipeline in words.
 *
 * @param purpose what it is for
 * @param refusal why a packet goes no further when no flow takes it on
 */
public record Stage(int table, String purpose, String refusal) {

  /** The table with the number. */
  public static Stage of(int table) {
    return switch (table) {
      case Tables.CLASSIFY ->
          new Stage(
              table,
              "where it comes from",
              "no port is known where it comes in, or it has a VLAN tag there");
      case Tables.TUNNEL ->
          new Stage(table, "from another host", "its network has nothing on this host");
      case Tables.FROM_WIRE ->
          new Stage(table, "from a provider network", "its network has nothing on this host");
      case Tables.ARRIVAL ->
          new Stage(
              table, "for external addresses of routers", "the router takes nothing of its kind");
      case Tables.ARRIVED ->
          new Stage(table, "translated", "it belongs to no connection that the router knows");
      case Tables.SPOOF ->
          new Stage(
              table,
              "anti-spoofing",
              "the sender's MAC or address is neither the port's own nor an allowed pair");
      case Tables.SERVICES ->
          new Stage(
              table,
              "services of the host",
              "it is neither IPv4 nor ARP for an address that somebody may have");
      case Tables.EGRESS ->
          new Stage(table, "connection tracking of the sender", "nothing is tracked of its kind");
      case Tables.EGRESS_RULES ->
          new Stage(
              table,
              "security groups of the sender",
              "no egress rule of the sender's groups lets it out");
      case Tables.METADATA_REQUEST ->
          new Stage(table, "to the metadata server", "the port may not ask under this address");
      case Tables.METADATA_REPLY ->
          new Stage(table, "from the metadata server", "no port has asked");
      case Tables.ROUTER -> new Stage(table, "for a router", "its network is not known here");
      case Tables.ROUTES ->
          new Stage(table, "routes of the router", "the router has no route to its address");
      case Tables.EXIT ->
          new Stage(
              table,
              "out of the router",
              "the router has no gateway that takes it, or not on a host that can be reached");
      case Tables.NEXT_HOP ->
          new Stage(
              table, "the next hop's MAC", "nobody in the network has the next hop's address");
      case Tables.ICMP_ERROR ->
          new Stage(table, "what a router cannot send on", "the sender is not told");
      case Tables.RESOLVE ->
          new Stage(table, "asking for the next hop's MAC", "nobody is asked for it");
      case Tables.FORWARD ->
          new Stage(
              table,
              "which port has the MAC",
              "no port of the network has the MAC that it is sent to, or none that can be reached");
      case Tables.FLOOD -> new Stage(table, "copies for all", "there is nobody to send it to");
      case Tables.TO_WIRE ->
          new Stage(table, "into the wire", "it came from the wire, or there is none");
      case Tables.INGRESS ->
          new Stage(
              table,
              "connection tracking of the receiver",
              "it is the sender's own copy, or nothing is tracked of its kind");
      case Tables.INGRESS_RULES ->
          new Stage(
              table,
              "security groups of the receiver",
              "no ingress rule of the receiver's groups lets it in");
      case Tables.DELIVER -> new Stage(table, "delivery", "the port is not plugged in any more");
      default -> new Stage(table, "table " + table, "no flow is for it");
    };
  }
}
