package io.virga.control.network.desired;

import io.virga.control.database.Transaction;
import io.virga.control.watch.DesiredStates;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * Keeps what each host is told equal to what it needs, and not more. What it needs: the networks of
 * its ports, the routers on these, their other networks and so on; the bound ports of all these
 * networks; the external networks of the routers; the groups of its own ports and those that their
 * rules speak of; the tunnel endpoint of every other host that has one of those ports, or is a
 * gateway of one of those routers. A gateway needs the same for the routers that are led through
 * it.
 *
 * <p>A transaction says what it changes, and derives once, as its last step, what follows for every
 * host, in a number of statements that does not depend on how many hosts and ports there are.
 *
 * <p>One lock, taken before anything of a change is read and held until the commit, puts all
 * changes one after another. A lock for each host would not do: of two first ports of a network, on
 * two hosts, neither transaction sees the other's, and both hosts would miss a neighbour for ever.
 * Lock order of the cloud: quota of a server, placement, volumes, this lock, quota of the network,
 * rows.
 */
public final class HostViews {

  private static final String LOCK = "network views";

  private final DesiredStates desiredStates;
  private final NeededSpecs specs;

  public HostViews(DesiredStates desiredStates, NeededSpecs specs) {
    this.desiredStates = desiredStates;
    this.specs = specs;
  }

  /**
   * What a change is about. What it touches beside these is found by itself.
   *
   * @param networks with all their ports
   * @param ports single ones
   * @param portNetworks the networks of the single ones
   * @param groups whose rules or members change
   * @param routers with their interfaces, gateways and floating IPs
   * @param hosts that have come, gone, or moved to another address
   */
  public record Scope(
      Set<UUID> networks,
      Set<UUID> ports,
      Set<UUID> portNetworks,
      Set<UUID> groups,
      Set<UUID> routers,
      Set<String> hosts) {

    public Scope {
      networks = Set.copyOf(networks);
      ports = Set.copyOf(ports);
      portNetworks = Set.copyOf(portNetworks);
      groups = Set.copyOf(groups);
      routers = Set.copyOf(routers);
      hosts = Set.copyOf(hosts);
    }

    /**
     * A change of a port.
     *
     * @param groupIds those that it had and gets
     * @param routers those that translate floating IPs to it
     */
    public static Scope ofPort(UUID port, UUID network, List<String> groupIds, Set<UUID> routers) {
      return new Scope(
          Set.of(),
          Set.of(port),
          Set.of(network),
          groupIds.stream().map(UUID::fromString).collect(Collectors.toSet()),
          routers,
          Set.of());
    }

    public static Scope ofNetwork(UUID network) {
      return ofNetworks(Set.of(network));
    }

    /** A change of networks and of all their ports. */
    public static Scope ofNetworks(Set<UUID> networks) {
      return new Scope(networks, Set.of(), Set.of(), Set.of(), Set.of(), Set.of());
    }

    public static Scope ofGroups(Set<UUID> groups) {
      return new Scope(Set.of(), Set.of(), Set.of(), groups, Set.of(), Set.of());
    }

    public static Scope ofRouters(Set<UUID> routers) {
      return new Scope(Set.of(), Set.of(), Set.of(), Set.of(), routers, Set.of());
    }

    /** Those of the single ports too. */
    Set<UUID> allNetworks() {
      return union(networks, portNetworks);
    }

    /** Both. */
    public Scope and(Scope other) {
      return new Scope(
          union(networks, other.networks),
          union(ports, other.ports),
          union(portNetworks, other.portNetworks),
          union(groups, other.groups),
          union(routers, other.routers),
          union(hosts, other.hosts));
    }

    private static <T> Set<T> union(Set<T> one, Set<T> other) {
      Set<T> all = new HashSet<>(one);
      all.addAll(other);
      return all;
    }
  }

  /** Makes the change; before the commit every host that it touches is told. */
  public <T> Mono<T> changing(Transaction transaction, Scope scope, Mono<T> change) {
    return lock(transaction)
        .then(
            Mono.defer(
                () -> {
                  transaction
                      .lastStep(Telling.class, () -> new Telling(transaction, desiredStates, specs))
                      .add(scope);
                  return change;
                }));
  }

  /** Waits for the changes before this one; for those who count or read before they change. */
  public Mono<Void> lock(Transaction transaction) {
    return transaction.lock(LOCK);
  }
}
