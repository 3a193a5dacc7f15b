package io.virga.dataplane.desired;

import java.util.List;
import java.util.Optional;

/**
 * A router that joins networks which this host needs, or for which this host is a gateway. Every
 * host routes for its own ports; only what leaves for an external network without a floating IP
 * goes through a gateway host.
 *
 * @param number 1 to 32,767, unique in the cloud; the zone of its address translation
 * @param interfaces one a port of the router, those on external networks aside
 * @param routes static ones, beside those of the interfaces and the gateway
 */
public record RouterSpec(
    String id,
    long generation,
    String projectId,
    int number,
    boolean adminUp,
    List<Interface> interfaces,
    List<Route> routes,
    Optional<Gateway> gateway,
    List<FloatingIp> floatingIps)
    implements DesiredState {

  public RouterSpec {
    interfaces = List.copyOf(interfaces);
    routes = List.copyOf(routes);
    floatingIps = List.copyOf(floatingIps);
  }

  /** A port of the router on a network; hosts answer for its addresses with its MAC. */
  public record Interface(
      String portId, String networkId, String mac, List<PortSpec.FixedAddress> addresses) {

    public Interface {
      addresses = List.copyOf(addresses);
    }
  }

  /** A static route: a CIDR, and an address on a network of the router. */
  public record Route(String destination, String nextHop) {}

  /**
   * The way to an external network, whose {@link NetworkSpec} says where the wire and the next
   * router are.
   *
   * @param snat whether what has no floating IP leaves with the gateway's own address
   * @param hosts the names of the hosts that may be the gateway, the first being it
   */
  public record Gateway(
      String portId,
      String networkId,
      String mac,
      List<PortSpec.FixedAddress> addresses,
      boolean snat,
      List<String> hosts) {

    public Gateway {
      addresses = List.copyOf(addresses);
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * An external address that stands for one of a port behind the router, or passes single transport
   * ports on.
   *
   * @param mac with which its host answers for it on the external network
   * @param host the name of the host that answers for it and translates: that of the target's port,
   *     if the external network's wire is there, otherwise the gateway's; empty if none
   * @param target absent if it has forwardings
   */
  public record FloatingIp(
      String id,
      String address,
      String mac,
      String host,
      Optional<Target> target,
      List<Forwarding> forwardings) {

    public FloatingIp {
      forwardings = List.copyOf(forwardings);
    }
  }

  /** An address of a port. */
  public record Target(String portId, String ip) {}

  /**
   * A range of transport ports that is passed on; the internal range is as long.
   *
   * @param protocol an IP protocol number: TCP 6 or UDP 17
   */
  public record Forwarding(
      String id,
      int protocol,
      int externalPort,
      int externalPortLast,
      int internalPort,
      Target to) {}
}
