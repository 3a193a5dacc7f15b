package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.NetworkSpec.Ipv6Mode;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.SecurityGroupSpec.Direction;
import io.virga.dataplane.desired.SecurityGroupSpec.Rule;
import io.virga.dataplane.desired.TunnelEndpointSpec;
import io.virga.dataplane.watch.DesiredViews;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Ipv6World;
import io.virga.netagent.lab.Routed;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A host of which one thing after the other changes by chance, also to what makes little sense. */
final class RandomHost {

  private static final int NETWORKS = 3;
  private static final int PORTS = 8;
  private static final int ROUTERS = 3;
  private static final List<String> GROUPS =
      List.of(Desired.OPEN, Desired.CLOSED, Desired.STATELESS);
  private static final List<String> HOSTS = List.of("host-a", "host-b", "host-c", "");

  private final Random random;
  private final Map<String, DesiredState> things = new TreeMap<>();
  private final Map<String, Integer> wired = new HashMap<>();
  private final Map<NetworkAddress, MacAddress> learned = new HashMap<>();
  private final Map<String, Integer> trunkEnds = new HashMap<>();
  private Uplinks uplinks = Uplinks.NONE;
  private Optional<HostView.MetadataDoor> door = Optional.empty();

  RandomHost(long seed) {
    this.random = new Random(seed);
    put(Routed.external());
  }

  HostView view() {
    return new HostView(
        "host-a",
        Topology.of(DesiredViews.of(things.values().toArray(DesiredState[]::new))),
        wired,
        uplinks,
        learned,
        door,
        trunkEnds);
  }

  /** Changes one thing. */
  void change() {
    switch (random.nextInt(14)) {
      case 0 -> put(network(random.nextInt(NETWORKS)));
      case 1 -> put(router(random.nextInt(ROUTERS)));
      case 2, 3 -> put(group(GROUPS.get(random.nextInt(GROUPS.size()))));
      case 4 ->
          things.remove(
              things.keySet().stream().skip(random.nextInt(things.size())).findFirst().get());
      case 5 -> plug();
      case 6 -> uplink();
      case 7 -> door = door.isPresent() ? Optional.empty() : Optional.of(metadataDoor());
      case 8 -> hear();
      case 9 -> put(new TunnelEndpointSpec(host(), 1, "192.0.2." + (10 + random.nextInt(3))));
      default -> put(port(random.nextInt(PORTS)));
    }
    if (things.isEmpty()) {
      put(Routed.external());
    }
  }

  private void put(DesiredState thing) {
    things.put(thing.getClass().getSimpleName() + thing.id(), thing);
  }

  private boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  private String host() {
    return HOSTS.get(random.nextInt(HOSTS.size()));
  }

  private NetworkSpec network(int number) {
    NetworkSpec network =
        chance(2) ? Ipv6World.network(number, Ipv6Mode.SLAAC) : Routed.network(number);
    return chance(4)
        ? Desired.onWire(
            network, "physnet1", chance(2) ? Optional.empty() : Optional.of(100 + number))
        : network;
  }

  private PortSpec port(int number) {
    int network = random.nextInt(NETWORKS);
    String[] groups = GROUPS.stream().filter(_ -> chance(2)).toArray(String[]::new);
    PortSpec port =
        chance(2)
            ? Routed.port(network, number, groups)
            : Ipv6World.port("host-a", network, number, Ipv6World.own(network, number), groups);
    Map<String, Object> changes = new HashMap<>();
    changes.put("host", chance(3) ? host() : "host-a");
    changes.put("adminUp", !chance(8));
    changes.put("portSecurity", !chance(5));
    if (chance(5)) {
      changes.put("mac", "fa:16:3e:00:00:0%d".formatted(random.nextInt(PORTS)));
    }
    if (chance(4)) {
      changes.put(
          "allowedAddressPairs",
          List.of(
              new PortSpec.AddressPair(
                  chance(2) ? "10.0.0.99" : "2001:db8::/64",
                  "fa:16:3e:00:07:0%d".formatted(random.nextInt(3)))));
    }
    if (chance(6)) {
      changes.put(
          "trunk", new PortSpec.TrunkParent(Desired.port(random.nextInt(PORTS)).id(), 7 + number));
    }
    return Desired.with(port, changes);
  }

  private SecurityGroupSpec group(String id) {
    Rule[] rules =
        Stream.of(
                Desired.any(Direction.EGRESS),
                Desired.any(Direction.INGRESS),
                Desired.tcp(Direction.INGRESS, 80, 90, "10.0.0.0/8"),
                Desired.fromGroup(Direction.INGRESS, Desired.OPEN),
                Desired.fromGroup(Direction.INGRESS, Desired.CLOSED),
                Desired.fromGroup(Direction.EGRESS, "nobody knows this"),
                Ipv6World.any(Direction.INGRESS))
            .filter(_ -> chance(2))
            .toArray(Rule[]::new);
    List<String> members =
        Stream.iterate(0, number -> number < 90, number -> number + 1)
            .filter(_ -> chance(2))
            .map(number -> chance(4) ? "2001:db8::" + number : "10.0.0." + number)
            .toList();
    return new SecurityGroupSpec(id, 1, List.of(rules), members, chance(4));
  }

  private RouterSpec router(int number) {
    RouterSpec router = Routed.router(number + 1);
    for (int network = 0; network < NETWORKS; network++) {
      if (chance(2)) {
        router = Routed.with(router, network, chance(2) ? 1 : 2 + number);
      }
    }
    if (chance(2)) {
      router = Routed.gateway(router, chance(2), host(), host());
    }
    if (chance(2)) {
      PortSpec target = Desired.port(random.nextInt(PORTS));
      router = Routed.floating(router, Routed.floating(50 + random.nextInt(3), host(), target));
    }
    return Routed.with(router, Map.of("adminUp", !chance(6)));
  }

  private void plug() {
    String id = Desired.port(random.nextInt(PORTS)).id();
    if (wired.remove(id) == null) {
      wired.put(id, 10 + random.nextInt(20));
    }
    if (chance(3)) {
      trunkEnds.put(id, 40 + random.nextInt(20));
    }
  }

  private void uplink() {
    Map<String, Integer> patches = new HashMap<>();
    if (chance(2)) {
      patches.put("physnet1", 5 + random.nextInt(2));
    }
    if (!chance(3)) {
      patches.put(Routed.WIRE, 7);
    }
    uplinks = new Uplinks(chance(3) ? OptionalInt.empty() : OptionalInt.of(4), patches);
  }

  private void hear() {
    NetworkAddress address =
        new NetworkAddress(
            chance(2) ? 9000 : 4711, new Ipv4Address(0xcb007101 + random.nextInt(3)));
    if (learned.remove(address) == null) {
      learned.put(address, new MacAddress(0x020000000001L + random.nextInt(3)));
    }
  }

  private HostView.MetadataDoor metadataDoor() {
    return new HostView.MetadataDoor(
        3 + random.nextInt(2),
        new MacAddress(0xfa163e0000ffL),
        List.of(new Ipv4Address(0x6440fffe), HostView.MetadataDoor.SERVER_IPV6),
        80,
        53);
  }
}
