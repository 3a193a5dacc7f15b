package io.virga.control.network.desired;

import io.virga.control.database.Transaction;
import io.virga.control.watch.DesiredStates;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps what each host is told equal to what its ports need, and not more: after a change, the view
 * of every host that it touches is derived anew from the tables, and only what differs from what
 * the host was told is told.
 *
 * <p>A transaction derives once, as its last step, whatever it changed.
 *
 * <p>One lock, taken before anything of a change is read and held until the commit, puts all
 * changes one after another. A lock for each host would not do: of two first ports of a network, on
 * two hosts, neither transaction sees the other's, and both hosts would miss a neighbour for ever.
 * Lock order of the cloud: quota of a server, placement, volumes, this lock, quota of the network,
 * rows.
 */
public final class HostViews {

  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(hashtextextended('network views', 0))::text AS locked";

  /** Hosts that were told of what changes, and those that need it now. */
  private static final String TOUCHED =
      """
      SELECT host FROM desired_state
       WHERE NOT deleted AND (kind = 'network' AND id = ANY(:networkIds)
                              OR kind = 'security-group' AND id = ANY(:groupIds))
      UNION
      SELECT p.host
        FROM port p LEFT JOIN port_security_group g ON g.port_id = p.id
       WHERE p.host <> ''
         AND (p.network_id = ANY(:networks)
              OR g.security_group_id = ANY(:groups)
              OR g.security_group_id IN (SELECT security_group_id FROM security_group_rule
                                          WHERE remote_group_id = ANY(:groups)))
       ORDER BY 1
      """;

  private final DesiredStates desiredStates;
  private final NeededSpecs needed;

  public HostViews(DesiredStates desiredStates, NeededSpecs needed) {
    this.desiredStates = desiredStates;
    this.needed = needed;
  }

  /**
   * What a change is about.
   *
   * @param groups whose rules or members change
   */
  public record Scope(Set<UUID> networks, Set<UUID> groups, Set<UUID> routers) {

    public Scope {
      networks = Set.copyOf(networks);
      groups = Set.copyOf(groups);
      routers = Set.copyOf(routers);
    }

    /** A change of a port, with the groups that it had and gets. */
    public static Scope of(UUID network, List<String> groupIds) {
      return new Scope(
          Set.of(network),
          groupIds.stream().map(UUID::fromString).collect(Collectors.toSet()),
          Set.of());
    }

    public static Scope ofNetwork(UUID network) {
      return new Scope(Set.of(network), Set.of(), Set.of());
    }

    public static Scope ofGroup(UUID group) {
      return new Scope(Set.of(), Set.of(group), Set.of());
    }

    /** A change of a router, its interfaces, its gateway or its floating IPs. */
    public static Scope ofRouter(UUID router) {
      return new Scope(Set.of(), Set.of(), Set.of(router));
    }
  }

  /** Makes the change; before the commit every host that it touches is told. */
  public <T> Mono<T> changing(Transaction transaction, Scope scope, Mono<T> change) {
    return lock(transaction)
        .then(
            Mono.defer(
                () -> {
                  transaction.lastStep(Telling.class, () -> new Telling(transaction)).add(scope);
                  return change;
                }));
  }

  /** Waits for the changes before this one; for those who count or read before they change. */
  public Mono<Void> lock(Transaction transaction) {
    return transaction.sql(LOCK).one(row -> row.text("locked")).then();
  }

  /** Tells the hosts that the changes of a transaction touch, when all of them are made. */
  private final class Telling implements Transaction.LastStep {

    private final Transaction transaction;
    private final Set<UUID> networks = new HashSet<>();
    private final Set<UUID> groups = new HashSet<>();

    Telling(Transaction transaction) {
      this.transaction = transaction;
    }

    void add(Scope scope) {
      networks.addAll(scope.networks());
      groups.addAll(scope.groups());
    }

    @Override
    public Mono<Void> run() {
      return transaction
          .sql(TOUCHED)
          .bind("networks", networks.toArray(UUID[]::new))
          .bind("networkIds", texts(networks))
          .bind("groups", groups.toArray(UUID[]::new))
          .bind("groupIds", texts(groups))
          .all(row -> row.text("host"))
          .collectList()
          .flatMapIterable(Function.identity())
          .concatMap(host -> tell(transaction, host))
          .then();
    }

    private static String[] texts(Set<UUID> ids) {
      return ids.stream().map(UUID::toString).toArray(String[]::new);
    }
  }

  private Mono<Void> tell(Transaction transaction, String host) {
    return needed
        .of(transaction, host)
        .collectList()
        .flatMap(
            specs ->
                differences(transaction, host, Kind.NETWORK, NetworkSpec.class, specs)
                    .then(
                        differences(
                            transaction, host, Kind.SECURITY_GROUP, SecurityGroupSpec.class, specs))
                    .then(differences(transaction, host, Kind.PORT, PortSpec.class, specs)));
  }

  private <T extends DesiredState> Mono<Void> differences(
      Transaction transaction, String host, Kind kind, Class<T> type, List<DesiredState> specs) {
    Map<String, T> wanted =
        specs.stream()
            .filter(type::isInstance)
            .map(type::cast)
            .collect(Collectors.toMap(DesiredState::id, Function.identity()));
    return desiredStates
        .current(transaction, host, type)
        .collectMap(DesiredState::id)
        .flatMap(
            told ->
                Flux.fromIterable(wanted.values())
                    .concatMap(spec -> tellIfNew(transaction, host, spec, told.get(spec.id())))
                    .thenMany(Flux.fromIterable(told.keySet()))
                    .filter(id -> !wanted.containsKey(id))
                    .concatMap(id -> desiredStates.remove(transaction, host, kind, id))
                    .then());
  }

  private Mono<Void> tellIfNew(
      Transaction transaction, String host, DesiredState spec, @Nullable DesiredState told) {
    if (told == null) {
      return desiredStates
          .generation(transaction, host, spec)
          .flatMap(last -> desiredStates.put(transaction, host, Generations.of(spec, last + 1)));
    }
    if (Generations.of(spec, told.generation()).equals(told)) {
      return Mono.empty();
    }
    return desiredStates.put(transaction, host, Generations.of(spec, told.generation() + 1));
  }
}
