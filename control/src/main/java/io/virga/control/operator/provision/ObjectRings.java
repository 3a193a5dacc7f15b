package io.virga.control.operator.provision;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.ObjectNode;
import io.virga.control.operator.ring.RingDirectory;
import io.virga.dataplane.ring.InitialRing;
import io.virga.dataplane.ring.Ring;
import io.virga.dataplane.ring.RingBuilder;
import io.virga.dataplane.ring.RingDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The rings of a home, each node of which is one device in a zone of its own. Devices of other
 * hosts, which the operator has added, are left alone.
 */
final class ObjectRings {

  /** The device's name in the rings, the last part of its folder. */
  static final String DEVICE = "d1";

  /** The rings that take in new nodes; what is on those of more policies, the operator says. */
  private static final Set<String> GROWING = Set.of("account", "container", "object");

  private final Home home;
  private final RingDirectory rings;
  private final CloudConfiguration cloud;
  private final CloudConfiguration before;
  private final Instant now;

  /**
   * @param cloud as it is to be
   * @param before as it was at the last start; the same at the first
   */
  ObjectRings(Home home, CloudConfiguration cloud, CloudConfiguration before, Instant now) {
    this.home = home;
    this.rings = new RingDirectory(home.rings());
    this.cloud = cloud;
    this.before = before;
    this.now = now;
  }

  /**
   * Refuses to be without a node whose device a ring still speaks of.
   *
   * @throws IllegalStateException with what is to be done first
   */
  void refuseLoss() {
    int kept = Math.min(cloud.nodes().size(), before.nodes().size());
    try {
      for (ObjectNode leaving : before.nodes().subList(kept, before.nodes().size())) {
        for (String name : rings.names()) {
          refuseLoss(leaving, name);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the rings in " + home.rings(), e);
    }
  }

  private void refuseLoss(ObjectNode leaving, String name) throws IOException {
    String address = address(leaving, before);
    RingBuilder builder = rings.read(name);
    Stream<RingDevice> spokenOf =
        Stream.concat(
            builder.devices().stream(), builder.ring().stream().flatMap(ObjectRings::devices));
    if (spokenOf.anyMatch(device -> device.node().equals(address))) {
      throw new IllegalStateException(
          ("%d object nodes are fewer than the %d there are, and the ring '%s' still needs %s:"
                  + " drain it by ./virga ring set-weight %3$s %5$s/%6$s 0, remove it when it is"
                  + " empty, and rebalance again after min_part_hours")
              .formatted(
                  cloud.nodes().size(),
                  before.nodes().size(),
                  name,
                  leaving.name(),
                  address,
                  DEVICE));
    }
  }

  private static Stream<RingDevice> devices(Ring ring) {
    return Stream.concat(ring.devices().stream(), ring.formerDevices().stream());
  }

  /** Makes the rings that are not there, and brings the others up to the nodes that there are. */
  void ensure() {
    List<String> hosts = cloud.nodes().stream().map(ObjectNode::address).toList();
    try {
      InitialRing.ensureAll(home.rings(), hosts, cloud.ports().objectPeers(), DEVICE);
      for (String name : rings.names()) {
        // First on a copy, since a builder that does not change is not to be written.
        if (update(name, rings.read(name))) {
          rings.change(name, builder -> update(name, builder));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the rings in " + home.rings(), e);
    }
  }

  /** Whether anything has changed. */
  private boolean update(String name, RingBuilder builder) {
    boolean moved = false;
    boolean grown = false;
    for (ObjectNode node : cloud.nodes()) {
      Optional<RingDevice> known = find(builder, node);
      if (known.isPresent()) {
        if (!known.get().node().equals(address(node, cloud))) {
          moved = true;
          builder.setAddress(known.get().id(), node.address(), cloud.ports().objectPeers());
        }
      } else if (GROWING.contains(name) && node.number() > before.nodes().size()) {
        grown = true;
        int port = cloud.ports().objectPeers();
        InitialRing.add(builder, node.number(), node.address(), port, DEVICE);
      }
    }
    if (grown) {
      // A number that the operator chose is kept.
      if (builder.replicas() == InitialRing.replicas(before.nodes().size())) {
        builder.setReplicas(InitialRing.replicas(cloud.nodes().size()));
      }
      builder.rebalance(now);
    }
    return moved || grown;
  }

  /** The node's device, also under the address that it had at the last start. */
  private Optional<RingDevice> find(RingBuilder builder, ObjectNode node) {
    Stream<String> own = Stream.of(address(node, cloud), address(node, before));
    // Homes of before had the only node's front door in their ring.
    String door = before.host() + ":" + before.ports().objectstore();
    return (node.equals(ObjectNode.FIRST) ? Stream.concat(own, Stream.of(door)) : own)
        .flatMap(
            address ->
                builder.devices().stream()
                    .filter(d -> d.node().equals(address) && d.name().equals(DEVICE)))
        .findFirst();
  }

  private static String address(ObjectNode node, CloudConfiguration cloud) {
    return node.address() + ":" + cloud.ports().objectPeers();
  }
}
