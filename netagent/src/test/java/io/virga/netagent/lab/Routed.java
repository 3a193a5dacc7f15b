package io.virga.netagent.lab;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.PortSpec.FixedAddress;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.dataplane.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** A world with routers: networks {@code 10.n.0.0/24}, of which number 0 is {@link Desired}'s. */
public final class Routed {

  /** The physical network that leads outside. */
  public static final String WIRE = "outside";

  private static final int EXTERNAL = 255;

  private Routed() {}

  /** The network with the number, from 0. */
  public static NetworkSpec network(int number) {
    return number == 0
        ? Desired.network()
        : new NetworkSpec(
            networkId(number),
            1,
            "project",
            5000 + number,
            1400,
            Optional.empty(),
            Optional.empty(),
            List.of(
                new NetworkSpec.SubnetSpec(
                    subnetId(number),
                    "10.%d.0.0/24".formatted(number),
                    Optional.of("10.%d.0.1".formatted(number)),
                    true,
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty())));
  }

  static String networkId(int number) {
    return number == 0
        ? Desired.NETWORK
        : "6f000000-0000-4000-8000-0000000001%02x".formatted(number);
  }

  static String subnetId(int number) {
    return number == 0
        ? Desired.SUBNET
        : "5b000000-0000-4000-8000-0000000001%02x".formatted(number);
  }

  /** As {@link Desired#port}, on another network: {@code 10.n.0.(10 + number)}. */
  public static PortSpec port(int network, int number, String... groups) {
    PortSpec same = Desired.port(number, groups);
    return new PortSpec(
        same.id(),
        1,
        networkId(network),
        same.projectId(),
        same.host(),
        same.deviceId(),
        same.interfaceName(),
        same.hostname(),
        same.mac(),
        true,
        groups.length > 0,
        List.of(new FixedAddress(subnetId(network), address(network, 10 + number))),
        same.securityGroupIds(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  static String address(int network, int host) {
    return "10.%d.0.%d".formatted(network, host);
  }

  /** A router without interfaces. */
  public static RouterSpec router(int number) {
    return new RouterSpec(
        "70000000-0000-4000-8000-0000000000%02x".formatted(number),
        1,
        "project",
        number,
        true,
        List.of(),
        List.of(),
        Optional.empty(),
        List.of());
  }

  /** The router with other values of some of its components: its next generation. */
  public static RouterSpec with(RouterSpec router, Map<String, ?> changes) {
    ObjectNode tree = (ObjectNode) Json.tree(router);
    tree.put("generation", router.generation() + 1);
    changes.forEach((component, value) -> tree.set(component, Json.tree(value)));
    return Json.read(tree, RouterSpec.class);
  }

  /** The router with a further interface, {@code 10.n.0.(host)}. */
  public static RouterSpec with(RouterSpec router, int network, int host) {
    RouterSpec.Interface leg =
        new RouterSpec.Interface(
            "1e000000-0000-4000-8000-00000000%02x%02x".formatted(router.number(), network),
            networkId(network),
            "fa:16:3e:ff:%02x:%02x".formatted(router.number(), network),
            List.of(new FixedAddress(subnetId(network), address(network, host))));
    return with(router, Map.of("interfaces", append(router.interfaces(), leg)));
  }

  /** The router with a further static route. */
  public static RouterSpec with(RouterSpec router, String destination, String nextHop) {
    RouterSpec.Route route = new RouterSpec.Route(destination, nextHop);
    return with(router, Map.of("routes", append(router.routes(), route)));
  }

  /** The external network, 203.0.113.0/24 untagged on {@link #WIRE}. */
  public static NetworkSpec external() {
    return new NetworkSpec(
        networkId(EXTERNAL),
        1,
        "admin",
        9000,
        1500,
        Optional.of(new NetworkSpec.ProviderSegment(WIRE, Optional.empty())),
        Optional.empty(),
        List.of(
            new NetworkSpec.SubnetSpec(
                subnetId(EXTERNAL),
                "203.0.113.0/24",
                Optional.of("203.0.113.1"),
                false,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty())));
  }

  /**
   * The router with a gateway, whose address ends in 100 and the router's number.
   *
   * @param hosts the gateway and those that may take its place
   */
  public static RouterSpec gateway(RouterSpec router, boolean snat, String... hosts) {
    RouterSpec.Gateway gateway =
        new RouterSpec.Gateway(
            "1e000000-0000-4000-8000-00000000%02xff".formatted(router.number()),
            networkId(EXTERNAL),
            "fa:16:3e:fe:%02x:00".formatted(router.number()),
            List.of(new FixedAddress(subnetId(EXTERNAL), external(100 + router.number()))),
            snat,
            List.of(hosts));
    return with(router, Map.of("gateway", gateway));
  }

  /** A floating IP that ends in the number, on the host, for the port. */
  public static RouterSpec.FloatingIp floating(int number, String host, PortSpec port) {
    return floating(number, host, Optional.of(target(port)), List.of());
  }

  /** A floating IP that ends in the number, on the host, that passes ports on. */
  public static RouterSpec.FloatingIp forwarding(
      int number, String host, RouterSpec.Forwarding... forwardings) {
    return floating(number, host, Optional.empty(), List.of(forwardings));
  }

  private static RouterSpec.FloatingIp floating(
      int number,
      String host,
      Optional<RouterSpec.Target> target,
      List<RouterSpec.Forwarding> forwardings) {
    return new RouterSpec.FloatingIp(
        "f1000000-0000-4000-8000-0000000000%02x".formatted(number),
        external(number),
        "fa:16:3e:fd:00:%02x".formatted(number),
        host,
        target,
        forwardings);
  }

  /** The port's first address. */
  public static RouterSpec.Target target(PortSpec port) {
    return new RouterSpec.Target(port.id(), port.addresses().getFirst().ip());
  }

  /** The router with these floating IPs. */
  public static RouterSpec floating(RouterSpec router, RouterSpec.FloatingIp... floatingIps) {
    return with(router, Map.of("floatingIps", List.of(floatingIps)));
  }

  private static String external(int number) {
    return "203.0.113." + number;
  }

  private static <T> List<T> append(List<T> list, T last) {
    return Stream.concat(list.stream(), Stream.of(last)).toList();
  }
}
