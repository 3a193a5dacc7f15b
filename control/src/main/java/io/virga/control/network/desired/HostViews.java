package io.virga.control.network.desired;

import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.watch.DesiredStates;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
 * <p>One lock, taken before anything of a change is read and held until the commit, puts all
 * changes one after another. A lock for each host would not do: of two first ports of a network, on
 * two hosts, neither transaction sees the other's, and both hosts would miss a neighbour for ever.
 * Lock order of the cloud: quota of a server, placement, volumes, this lock, quota of the network,
 * rows.
 */
public final class HostViews {

  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(hashtextextended('network views', 0))::text AS locked";

  private static final String TOUCHED =
      """
      SELECT DISTINCT p.host
        FROM port p LEFT JOIN port_security_group g ON g.port_id = p.id
       WHERE p.host <> ''
         AND (p.network_id = ANY(:networks)
              OR g.security_group_id = ANY(:groups)
              OR g.security_group_id IN (SELECT security_group_id FROM security_group_rule
                                          WHERE remote_group_id = ANY(:groups)))
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
  public record Scope(Set<UUID> networks, Set<UUID> groups) {

    public Scope {
      networks = Set.copyOf(networks);
      groups = Set.copyOf(groups);
    }

    /** A change of a port, with the groups that it had and gets. */
    public static Scope of(UUID network, List<String> groupIds) {
      return new Scope(
          Set.of(network), groupIds.stream().map(UUID::fromString).collect(Collectors.toSet()));
    }

    public static Scope ofNetwork(UUID network) {
      return new Scope(Set.of(network), Set.of());
    }

    public static Scope ofGroup(UUID group) {
      return new Scope(Set.of(), Set.of(group));
    }
  }

  /** Makes the change, and tells every host that it touches, before it or after it. */
  public <T> Mono<T> changing(Transaction transaction, Scope scope, Mono<T> change) {
    return lock(transaction)
        .then(touched(transaction, scope).collectList())
        .flatMap(
            before ->
                change
                    .map(List::of)
                    .defaultIfEmpty(List.of())
                    .flatMap(
                        result ->
                            touched(transaction, scope)
                                .collectList()
                                .flatMapIterable(after -> union(before, after))
                                .concatMap(host -> tell(transaction, host))
                                .then(Mono.justOrEmpty(result.stream().findFirst()))));
  }

  /** Waits for the changes before this one; for those who count or read before they change. */
  public Mono<Void> lock(Transaction transaction) {
    return transaction.sql(LOCK).one(row -> row.text("locked")).then();
  }

  private static Set<String> union(List<String> before, List<String> after) {
    Set<String> hosts = new TreeSet<>(before);
    hosts.addAll(after);
    return hosts;
  }

  private static Flux<String> touched(Session session, Scope scope) {
    return session
        .sql(TOUCHED)
        .bind("networks", scope.networks().toArray(UUID[]::new))
        .bind("groups", scope.groups().toArray(UUID[]::new))
        .all(row -> row.text("host"));
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
