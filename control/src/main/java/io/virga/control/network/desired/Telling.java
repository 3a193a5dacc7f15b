package io.virga.control.network.desired;

import io.virga.control.database.Transaction;
import io.virga.control.network.desired.HostViews.Scope;
import io.virga.control.network.desired.Needs.Difference;
import io.virga.control.network.desired.Needs.Endpoint;
import io.virga.control.watch.DesiredStates;
import io.virga.control.watch.DesiredStates.Forgotten;
import io.virga.control.watch.DesiredStates.Told;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.PortSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Tells hosts what follows for them from the changes of a transaction, when all of them are made.
 *
 * <p>A host that was told of a network which it reaches was told of all bound ports of it, as they
 * were. So only those that have changed are looked at, and all of them only where a host gains the
 * network, or the network is said to have changed with all of its ports. On an external network
 * that is not so: a host may have been told of it as the way out of a router alone.
 */
final class Telling implements Transaction.LastStep {

  private final Transaction transaction;
  private final DesiredStates desiredStates;
  private final NeededSpecs specs;
  private Scope scope = new Scope(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

  Telling(Transaction transaction, DesiredStates desiredStates, NeededSpecs specs) {
    this.transaction = transaction;
    this.desiredStates = desiredStates;
    this.specs = specs;
  }

  void add(Scope more) {
    scope = scope.and(more);
  }

  @Override
  public Mono<Void> run() {
    return Needs.chooseGateways(transaction, scope.routers())
        .then(Mono.defer(() -> Needs.touched(transaction, scope)))
        .filter(touched -> !touched.isEmpty())
        .map(Set::copyOf)
        .flatMap(
            hosts ->
                Needs.differences(transaction, hosts, scope)
                    .flatMap(differences -> tell(hosts, differences)));
  }

  private Mono<Void> tell(Set<String> hosts, List<Difference> differences) {
    List<Told> told = new ArrayList<>();
    List<Forgotten> forgotten = new ArrayList<>();
    differences.stream()
        .filter(one -> one.told() && !one.needed())
        .forEach(one -> forgotten.add(forgotten(one)));
    Set<String> moved =
        differences.stream()
            .filter(one -> one.gainedOrLost() && !one.is(Kind.SECURITY_GROUP))
            .map(Difference::host)
            .collect(Collectors.toCollection(HashSet::new));
    moved.addAll(scope.hosts());
    return things(differences)
        .concatWith(ports(hosts, differences, forgotten))
        .concatWith(endpoints(hosts, moved, forgotten))
        .filter(one -> !one.hosts().isEmpty())
        .doOnNext(told::add)
        .then(lostPorts(differences).doOnNext(forgotten::addAll))
        .then(Mono.defer(() -> desiredStates.remove(transaction, forgotten)))
        .then(Mono.defer(() -> desiredStates.tell(transaction, told)));
  }

  /** Networks, routers and groups. */
  private Flux<Told> things(List<Difference> differences) {
    Map<UUID, Set<String>> networks = hostsOf(differences, Kind.NETWORK, scope.networks());
    Map<UUID, Set<String>> routers = hostsOf(differences, Kind.ROUTER, scope.routers());
    Map<UUID, Set<String>> groups = hostsOf(differences, Kind.SECURITY_GROUP, scope.groups());
    return Flux.concat(
        specs.networks(transaction, networks.keySet()).map(spec -> told(spec, networks)),
        specs.routers(transaction, routers.keySet()).map(spec -> told(spec, routers)),
        specs.groups(transaction, groups.keySet()).map(spec -> told(spec, groups)));
  }

  private Flux<Told> ports(
      Set<String> hosts, List<Difference> differences, List<Forgotten> forgotten) {
    Map<UUID, Set<String>> all = hostsOf(differences, one -> isReached(one) && isWhole(one));
    Map<UUID, Set<String>> some = hostsOf(differences, one -> isReached(one) && !isWhole(one));
    return specs
        .portsOf(transaction, all.keySet())
        .map(spec -> told(spec, all))
        .concatWith(
            specs
                .ports(transaction, scope.ports())
                .collectList()
                .flatMapIterable(
                    bound -> {
                      Set<UUID> gone = new HashSet<>(scope.ports());
                      bound.forEach(spec -> gone.remove(UUID.fromString(spec.id())));
                      for (UUID port : gone) {
                        hosts.forEach(
                            host -> forgotten.add(new Forgotten(host, Kind.PORT, port.toString())));
                      }
                      return bound.stream().map(spec -> told(spec, some)).toList();
                    }));
  }

  private Flux<Told> endpoints(Set<String> hosts, Set<String> moved, List<Forgotten> forgotten) {
    if (moved.isEmpty()) {
      return Flux.empty();
    }
    return Needs.endpoints(transaction, hosts, moved, scope.hosts())
        .flatMapMany(
            all -> {
              Map<String, Set<String>> of = new HashMap<>();
              for (Endpoint one : all) {
                if (one.needed()) {
                  of.computeIfAbsent(one.of(), key -> new HashSet<>()).add(one.host());
                } else {
                  forgotten.add(new Forgotten(one.host(), Kind.TUNNEL_ENDPOINT, one.of()));
                }
              }
              return specs
                  .endpoints(transaction, of.keySet())
                  .map(spec -> new Told(spec, of.getOrDefault(spec.id(), Set.of())));
            });
  }

  private Mono<List<Forgotten>> lostPorts(List<Difference> differences) {
    return Mono.defer(
        () ->
            Needs.lostPorts(
                transaction,
                differences.stream()
                    .filter(one -> one.is(Kind.NETWORK) && one.told() && !one.reached())
                    .toList()));
  }

  private boolean isWhole(Difference one) {
    return !one.told() || one.external() || scope.networks().contains(one.id());
  }

  private static boolean isReached(Difference one) {
    return one.is(Kind.NETWORK) && one.reached();
  }

  private static Map<UUID, Set<String>> hostsOf(
      List<Difference> differences, Kind kind, Set<UUID> changed) {
    return hostsOf(
        differences,
        one -> one.is(kind) && one.needed() && (!one.told() || changed.contains(one.id())));
  }

  private static Map<UUID, Set<String>> hostsOf(
      List<Difference> differences, Predicate<Difference> which) {
    return differences.stream()
        .filter(which)
        .collect(
            Collectors.groupingBy(
                Difference::id, Collectors.mapping(Difference::host, Collectors.toSet())));
  }

  private static Told told(DesiredState spec, Map<UUID, Set<String>> hosts) {
    UUID id = UUID.fromString(spec instanceof PortSpec port ? port.networkId() : spec.id());
    return new Told(spec, hosts.getOrDefault(id, Set.of()));
  }

  private static Forgotten forgotten(Difference one) {
    Kind kind = Kind.ofWireName(one.kind());
    return new Forgotten(one.host(), kind, one.id().toString());
  }
}
