package io.virga.control.network;

import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.policy.Caller;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Ports as the compute service sees them. Everything happens in the caller's transaction, so a
 * server, its addresses and what the host's netagent is told are written together or not at all.
 */
public interface InstancePorts {

  /**
   * Makes or takes over a port for each card, in their order, and binds it to the host. Fails with
   * bad request, not found, forbidden (an address of another project's network) or conflict (no
   * address left, port in use), naming what it was.
   */
  Mono<List<BoundPort>> claim(
      Transaction transaction, Caller caller, Instance instance, List<Nic> nics);

  /**
   * Who the ports are for.
   *
   * @param securityGroups names or ids; the project's {@code default} if empty
   */
  record Instance(String id, String host, String hostname, List<String> securityGroups) {}

  /** A card that was asked for: on a network, or an existing port. */
  record Nic(Optional<String> networkId, Optional<String> portId, Optional<String> fixedIp) {}

  /**
   * The network for a server that names none: the only one that the project has. Empty if it has
   * none; fails with conflict if it has several.
   */
  Mono<String> onlyNetwork(Session session, Caller caller);

  /**
   * Makes or takes over one more card for an instance that is there, behind those that it has.
   * Fails as {@link #claim} does.
   */
  Mono<BoundPort> plug(Transaction transaction, Caller caller, Instance instance, Nic nic);

  /**
   * Takes a card away: deletes the port or unbinds it, as {@link #release}. Fails with not found.
   */
  Mono<Void> unplug(Transaction transaction, String instanceId, String portId);

  /**
   * Puts all ports of an instance into a security group of the caller's. Fails with not found, or
   * with conflict if several are named so.
   *
   * @param group its name or id
   */
  Mono<Void> join(Transaction transaction, Caller caller, String instanceId, String group);

  /** Takes them out of it; fails with not found if none is in it. */
  Mono<Void> leave(Transaction transaction, Caller caller, String instanceId, String group);

  /**
   * Gives the instance one more address on the network; fails with bad request if it has no card
   * there.
   */
  Mono<Void> addAddress(Transaction transaction, String instanceId, String networkId);

  /** Takes an address away; fails with bad request if the instance has it not. */
  Mono<Void> removeAddress(Transaction transaction, String instanceId, String address);

  /** Binds all ports of an instance to the host where it is to be. */
  Mono<Void> moveTo(Transaction transaction, String instanceId, String host);

  /** The instance is gone: deletes the ports that were made for it and unbinds the others. */
  Mono<Void> release(Transaction transaction, String instanceId);

  /** The ports of instances, each instance's in the order of its cards. */
  Flux<BoundPort> ofInstances(Session session, List<String> instanceIds);

  /**
   * The instances that have an address of their own which an expression matches from its beginning,
   * by the ports that the viewer sees.
   *
   * @param v4 a regular expression over IPv4 addresses; empty for none of them
   * @param v6 likewise over IPv6 addresses
   */
  Flux<String> reachedAt(Session session, Viewer viewer, Optional<String> v4, Optional<String> v6);

  /**
   * A port in an instance.
   *
   * @param tapName the name of the tap device on the host
   * @param wired whether the host's network agent has seen to it
   * @param floatingAddresses those of the floating IPs that stand for it
   */
  record BoundPort(
      String instanceId,
      String portId,
      String networkId,
      String networkName,
      String mac,
      String tapName,
      int mtu,
      boolean wired,
      List<FixedAddress> fixedAddresses,
      List<String> floatingAddresses) {

    public BoundPort {
      fixedAddresses = List.copyOf(fixedAddresses);
      floatingAddresses = List.copyOf(floatingAddresses);
    }

    /** Its own addresses. */
    public List<String> addresses() {
      return fixedAddresses.stream().map(FixedAddress::address).toList();
    }
  }

  /** An address of a port. */
  record FixedAddress(String subnetId, String address) {}
}
