package io.virga.netagent.pipeline;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A table of the pipeline in words.
 *
 * @param purpose what it is for
 * @param refusal why a packet goes no further when no flow takes it on
 */
public record Stage(int table, String purpose, String refusal) {

  private static final Map<Integer, Stage> STAGES =
      Stream.of(
              new Stage(
                  Tables.CLASSIFY,
                  "where it comes from",
                  "no port is known where it comes in, or it has a VLAN tag there"),
              new Stage(
                  Tables.LIMITS, "limits of the sender", "the port is not plugged in any more"),
              new Stage(Tables.TUNNEL, "from another host", "its network has nothing on this host"),
              new Stage(
                  Tables.FROM_WIRE,
                  "from a provider network",
                  "its network has nothing on this host"),
              new Stage(
                  Tables.ARRIVAL,
                  "for external addresses of routers",
                  "the router takes nothing of its kind"),
              new Stage(
                  Tables.ARRIVED,
                  "translated",
                  "it belongs to no connection that the router knows"),
              new Stage(
                  Tables.SPOOF,
                  "anti-spoofing",
                  "the sender's MAC or address is neither the port's own nor an allowed pair"),
              new Stage(
                  Tables.SERVICES,
                  "services of the host",
                  "it is neither IP of a family that the network has, nor asks for an address that somebody may have"),
              new Stage(Tables.ANSWER, "answers to neighbours", "it is no answer"),
              new Stage(
                  Tables.EGRESS,
                  "connection tracking of the sender",
                  "nothing is tracked of its kind"),
              new Stage(
                  Tables.EGRESS_RULES,
                  "security groups of the sender",
                  "no egress rule of the sender's groups lets it out"),
              new Stage(Tables.EGRESS_PASSED, "the sender's connections", "no port has sent it"),
              new Stage(
                  Tables.METADATA_REQUEST,
                  "to the metadata server",
                  "the port may not ask under this address"),
              new Stage(Tables.METADATA_REPLY, "from the metadata server", "no port has asked"),
              new Stage(Tables.ROUTER, "for a router", "its network is not known here"),
              new Stage(
                  Tables.ROUTES, "routes of the router", "the router has no route to its address"),
              new Stage(
                  Tables.EXIT,
                  "out of the router",
                  "the router has no gateway that takes it, or not on a host that can be reached"),
              new Stage(Tables.EXITED, "answers of forwardings", "no router has it"),
              new Stage(
                  Tables.NEXT_HOP,
                  "the next hop's MAC",
                  "nobody in the network has the next hop's address"),
              new Stage(
                  Tables.ICMP_ERROR, "what a router cannot send on", "the sender is not told"),
              new Stage(Tables.RESOLVE, "asking for the next hop's MAC", "nobody is asked for it"),
              new Stage(
                  Tables.FORWARD,
                  "which port has the MAC",
                  "no port of the network has the MAC that it is sent to, or none that can be reached"),
              new Stage(Tables.FLOOD, "copies for all", "there is nobody to send it to"),
              new Stage(Tables.TO_WIRE, "into the wire", "it came from the wire, or there is none"),
              new Stage(
                  Tables.INGRESS,
                  "connection tracking of the receiver",
                  "it is the sender's own copy, or nothing is tracked of its kind"),
              new Stage(
                  Tables.INGRESS_RULES,
                  "security groups of the receiver",
                  "no ingress rule of the receiver's groups lets it in"),
              new Stage(Tables.INGRESS_PASSED, "the receiver's connections", "no port gets it"),
              new Stage(Tables.DELIVER, "delivery", "the port is not plugged in any more"))
          .collect(Collectors.toMap(Stage::table, Function.identity()));

  /** The table with the number. */
  public static Stage of(int table) {
    return STAGES.getOrDefault(table, new Stage(table, "table " + table, "no flow is for it"));
  }
}
