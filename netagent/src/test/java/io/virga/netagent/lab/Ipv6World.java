package io.virga.netagent.lab;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.NetworkSpec.Ipv6Mode;
import io.virga.dataplane.desired.NetworkSpec.SubnetSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.PortSpec.FixedAddress;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.dataplane.desired.SecurityGroupSpec.Direction;
import io.virga.dataplane.desired.SecurityGroupSpec.EtherType;
import io.virga.dataplane.desired.SecurityGroupSpec.Rule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** {@link Routed}'s networks with a subnet of IPv6 beside their other: {@code 2001:db8:n::/64}. */
public final class Ipv6World {

  public static final String DNS_SERVER = "2001:db8:53::53";

  private static final int EXTERNAL = 0xe;

  private Ipv6World() {}

  /** The network with the number. */
  public static NetworkSpec network(int number, Ipv6Mode mode) {
    return network(number, Optional.of(mode));
  }

  /** The network with the number, whose subnet does not say how addresses are come by. */
  public static NetworkSpec modeless(int number) {
    return network(number, Optional.empty());
  }

  private static NetworkSpec network(int number, Optional<Ipv6Mode> mode) {
    NetworkSpec same = Routed.network(number);
    SubnetSpec subnet =
        new SubnetSpec(
            subnetId(number),
            address(number, "/64"),
            Optional.of(address(number, "1")),
            true,
            List.of(DNS_SERVER),
            List.of(),
            mode,
            mode);
    return Desired.with(
        same,
        Map.of("subnets", Stream.concat(same.subnets().stream(), Stream.of(subnet)).toList()));
  }

  private static String subnetId(int network) {
    return "5b000000-0000-4000-8000-0000000006%02x".formatted(network);
  }

  /** An address of the network with that number: what is behind the prefix. */
  public static String address(int network, String rest) {
    return prefix(network) + "::" + rest;
  }

  /** Where the guest of the port with the number makes itself an address. */
  public static String own(int network, int port) {
    return prefix(network) + (network == 0 ? "::" : ":0:") + "f816:3eff:fe00:%x".formatted(port);
  }

  private static String prefix(int network) {
    return network == 0 ? "2001:db8" : "2001:db8:%x".formatted(network);
  }

  /** The address of the port's link. */
  public static String linkLocal(int port) {
    return "fe80::f816:3eff:fe00:%x".formatted(port);
  }

  /** As {@link Routed#port}, with an IPv6 address too. */
  public static PortSpec port(
      String host, int network, int number, String address, String... groups) {
    PortSpec same = Routed.port(network, number, groups);
    return Desired.with(
        Desired.on(host, same),
        Map.of(
            "addresses",
            List.of(same.addresses().getFirst(), new FixedAddress(subnetId(network), address))));
  }

  /** The router with a further interface for IPv6 on the network. */
  public static RouterSpec with(RouterSpec router, int network) {
    RouterSpec.Interface leg =
        new RouterSpec.Interface(
            "1e000000-0000-4000-8000-00000006%02x%02x".formatted(router.number(), network),
            Routed.networkId(network),
            "fa:16:3e:f6:%02x:%02x".formatted(router.number(), network),
            List.of(new FixedAddress(subnetId(network), address(network, "1"))));
    return Routed.with(
        router,
        Map.of("interfaces", Stream.concat(router.interfaces().stream(), Stream.of(leg)).toList()));
  }

  /** The external network, with 2001:db8:e::/64. */
  public static NetworkSpec external() {
    NetworkSpec same = Routed.external();
    SubnetSpec subnet =
        new SubnetSpec(
            subnetId(EXTERNAL),
            address(EXTERNAL, "/64"),
            Optional.of(address(EXTERNAL, "1")),
            false,
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty());
    return Desired.with(
        same,
        Map.of("subnets", Stream.concat(same.subnets().stream(), Stream.of(subnet)).toList()));
  }

  /** The router with a gateway that has 2001:db8:e::101, as well as an address of IPv4. */
  public static RouterSpec gateway(RouterSpec router, String... hosts) {
    RouterSpec same = Routed.gateway(router, true, hosts);
    RouterSpec.Gateway gateway = same.gateway().orElseThrow();
    return Routed.with(
        same,
        Map.of(
            "gateway",
            new RouterSpec.Gateway(
                gateway.portId(),
                gateway.networkId(),
                gateway.mac(),
                List.of(
                    gateway.addresses().getFirst(),
                    new FixedAddress(subnetId(EXTERNAL), address(EXTERNAL, "101"))),
                true,
                gateway.hosts())));
  }

  /** Lets everything of IPv6 pass. */
  public static Rule any(Direction direction) {
    return of(Desired.any(direction));
  }

  /** The same rule, of IPv6. */
  public static Rule of(Rule rule) {
    return new Rule(
        rule.id() + "6",
        rule.direction(),
        EtherType.IPV6,
        rule.protocol(),
        rule.portMin(),
        rule.portMax(),
        rule.remoteCidr(),
        rule.remoteGroupId());
  }
}
