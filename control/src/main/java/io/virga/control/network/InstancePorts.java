package io.virga.control.network;

import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.policy.Caller;
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

  /** The instance is gone: deletes the ports that were made for it and unbinds the others. */
  Mono<Void> release(Transaction transaction, String instanceId);

  /** The ports of instances, each instance's in the order of its cards. */
  Flux<BoundPort> ofInstances(Session session, List<String> instanceIds);

  /**
   * A port in an instance.
   *
   * @param tapName the name of the tap device on the host
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
      List<String> addresses,
      List<String> floatingAddresses) {

    public BoundPort {
      addresses = List.copyOf(addresses);
      floatingAddresses = List.copyOf(floatingAddresses);
    }
  }
}
