package io.virga.netagent.lab;

import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.SecurityGroupSpec.Direction;
import io.virga.dataplane.desired.SecurityGroupSpec.EtherType;
import io.virga.dataplane.desired.SecurityGroupSpec.Rule;
import io.virga.dataplane.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** A small world for tests: a network 10.0.0.0/24, ports in it, groups. */
public final class Desired {

  public static final String NETWORK = "6f000000-0000-4000-8000-000000000001";
  public static final String OTHER_NETWORK = "6f000000-0000-4000-8000-000000000002";
  public static final String SUBNET = "5b000000-0000-4000-8000-000000000001";
  public static final String OPEN = "56000000-0000-4000-8000-000000000001";
  public static final String CLOSED = "56000000-0000-4000-8000-000000000002";

  public static final String STATELESS = "56000000-0000-4000-8000-000000000003";

  private Desired() {}

  public static NetworkSpec network() {
    return new NetworkSpec(
        NETWORK,
        1,
        "project",
        4711,
        1400,
        Optional.empty(),
        Optional.empty(),
        List.of(
            new NetworkSpec.SubnetSpec(
                SUBNET,
                "10.0.0.0/24",
                Optional.of("10.0.0.1"),
                true,
                List.of("9.9.9.9"),
                List.of(new NetworkSpec.HostRoute("10.9.0.0/16", "10.0.0.254")),
                Optional.empty(),
                Optional.empty())));
  }

  /** The port as it is, but bound to another host: its next generation. */
  public static PortSpec on(String host, PortSpec port) {
    return with(port, Map.of("host", host, "generation", port.generation() + 1));
  }

  /** The port with other values of some of its components. */
  public static PortSpec with(PortSpec port, Map<String, ?> changes) {
    return Json.read(changed(port, changes), PortSpec.class);
  }

  /** The network with other values of some of its components. */
  public static NetworkSpec with(NetworkSpec network, Map<String, ?> changes) {
    return Json.read(changed(network, changes), NetworkSpec.class);
  }

  private static ObjectNode changed(DesiredState thing, Map<String, ?> changes) {
    ObjectNode tree = (ObjectNode) Json.tree(thing);
    changes.forEach((component, value) -> tree.set(component, Json.tree(value)));
    return tree;
  }

  /** The network on a wire, in the VLAN or untagged. */
  public static NetworkSpec onWire(
      NetworkSpec network, String physicalNetwork, Optional<Integer> vlan) {
    return with(
        network, Map.of("provider", new NetworkSpec.ProviderSegment(physicalNetwork, vlan)));
  }

  /** Another tenant's network with the same addresses. */
  public static NetworkSpec otherNetwork() {
    NetworkSpec same = network();
    return new NetworkSpec(
        OTHER_NETWORK, 1, "other", 4712, 1400, Optional.empty(), Optional.empty(), same.subnets());
  }

  /** As {@link #port}, in the other network. */
  public static PortSpec inOtherNetwork(int number, String... groups) {
    return with(port(number, groups), Map.of("networkId", OTHER_NETWORK, "projectId", "other"));
  }

  /** The port with the number: 10.0.0.(10 + number) and a MAC that ends in it. */
  public static PortSpec port(int number, String... groups) {
    String id = "%08x-0000-4000-8000-0000000000%02x".formatted(0xaa000000 + number, number);
    return new PortSpec(
        id,
        1,
        NETWORK,
        "project",
        "host-a",
        "instance-" + number,
        "tap" + id.substring(0, 11),
        "guest-" + number,
        "fa:16:3e:00:00:%02x".formatted(number),
        true,
        true,
        List.of(new PortSpec.FixedAddress(SUBNET, "10.0.0." + (10 + number))),
        List.of(groups),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** What the instance of a port may know of itself. */
  public static MetadataSpec metadata(PortSpec port) {
    return new MetadataSpec(
        "10000000-0000-4000-8000-000000000001",
        1,
        port.projectId(),
        port.hostname(),
        port.hostname(),
        "nova",
        Map.of(),
        Map.of(),
        Optional.empty(),
        List.of(port.id()),
        Map.of("root", "/dev/vda"));
  }

  /** Lets everything out and everything in. */
  public static SecurityGroupSpec open() {
    return group(OPEN, any(Direction.EGRESS), any(Direction.INGRESS));
  }

  /** Lets everything out and nothing in. */
  public static SecurityGroupSpec closed() {
    return group(CLOSED, any(Direction.EGRESS));
  }

  public static SecurityGroupSpec group(String id, Rule... rules) {
    return new SecurityGroupSpec(id, 1, List.of(rules), List.of(), false);
  }

  /** Tracks no connections. */
  public static SecurityGroupSpec stateless(long generation, Rule... rules) {
    return new SecurityGroupSpec(STATELESS, generation, List.of(rules), List.of(), true);
  }

  /** Echo requests or, with type 0, replies. */
  public static Rule echo(Direction direction, int type) {
    Rule any = any(direction);
    return new Rule(
        any.id(),
        direction,
        any.etherType(),
        Optional.of(1),
        Optional.of(type),
        Optional.of(0),
        Optional.empty(),
        Optional.empty());
  }

  public static Rule any(Direction direction) {
    return new Rule(
        "r",
        direction,
        EtherType.IPV4,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Lets everything pass whose other end is a member of the group. */
  public static Rule fromGroup(Direction direction, String group) {
    Rule any = any(direction);
    return new Rule(
        any.id(),
        direction,
        any.etherType(),
        any.protocol(),
        any.portMin(),
        any.portMax(),
        Optional.empty(),
        Optional.of(group));
  }

  public static Rule tcp(Direction direction, int portMin, int portMax, String cidr) {
    return new Rule(
        "r",
        direction,
        EtherType.IPV4,
        Optional.of(6),
        Optional.of(portMin),
        Optional.of(portMax),
        Optional.of(cidr),
        Optional.empty());
  }
}
