package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.desired.HostViews.Scope;
import io.virga.control.network.model.QosPolicy;
import io.virga.control.network.model.QosRule;
import io.virga.control.network.model.QosRule.Type;
import io.virga.control.network.store.QosStore;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /v2.0/qos/policies/{policy}/…_rules} and {@code /v2.0/qos/rule-types}. */
public final class QosRuleRoutes {

  private static final List<String> DIRECTIONS = List.of("egress", "ingress");
  private static final long MAX_RATE = Integer.MAX_VALUE;

  /** What Neutron lets a packet be marked with. */
  private static final Set<Integer> DSCP =
      Set.of(0, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 44, 46, 48, 56);

  private final Database database;
  private final HostViews hosts;
  private final QosStore policies;

  public QosRuleRoutes(Database database, HostViews hosts, QosStore policies) {
    this.database = database;
    this.hosts = hosts;
    this.policies = policies;
  }

  public List<Route> routes() {
    Stream<Route> types =
        Stream.of(
            Route.get("/v2.0/qos/rule-types", Rule.READER, this::types),
            Route.get("/v2.0/qos/rule-types/{type}", Rule.ADMIN, this::type));
    return Stream.concat(types, Arrays.stream(Type.values()).flatMap(this::routes)).toList();
  }

  private Stream<Route> routes(Type type) {
    String all = "/v2.0/qos/policies/{policy}/" + type.member() + "s";
    String one = all + "/{id}";
    return Stream.of(
        Route.get(all, Rule.READER, request -> list(request, type)),
        Route.post(all, Rule.ADMIN, request -> create(request, type)),
        Route.get(one, Rule.READER, request -> show(request, type)),
        Route.put(one, Rule.ADMIN, request -> update(request, type)),
        Route.delete(one, Rule.ADMIN, request -> delete(request, type)));
  }

  /** As its policy shows it. */
  static View withinPolicy(QosRule rule) {
    return view(rule).with("type", rule.type().word()).with("qos_policy_id", rule.policyId());
  }

  private Mono<ServerResponse> types(ApiRequest request) {
    return Listing.reply(
        request,
        "rule_types",
        Flux.fromArray(Type.values()).map(type -> View.of("type", type.word())));
  }

  private Mono<ServerResponse> type(ApiRequest request) {
    String word = request.path("type");
    return Flux.fromArray(Type.values())
        .filter(type -> type.word().equals(word))
        .next()
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("QosRuleType", word)))
        .flatMap(
            type ->
                Replies.ok(
                    View.of("rule_type", View.of("type", type.word()).with("drivers", List.of()))));
  }

  private Mono<ServerResponse> list(ApiRequest request, Type type) {
    return policies
        .find(database, Viewer.of(request.caller()), policyId(request))
        .flatMap(
            policy ->
                Listing.reply(
                    request,
                    type.member() + "s",
                    Flux.fromIterable(policy.rules())
                        .filter(rule -> rule.type() == type)
                        .map(QosRuleRoutes::view)));
  }

  private Mono<ServerResponse> show(ApiRequest request, Type type) {
    return policies
        .find(database, Viewer.of(request.caller()), policyId(request))
        .map(policy -> find(request, policy, type))
        .flatMap(rule -> Replies.ok(View.of(type.member(), view(rule))));
  }

  private Mono<ServerResponse> create(ApiRequest request, Type type) {
    return request
        .json()
        .map(body -> body.object(type.member()))
        .flatMap(
            body ->
                database.inTransaction(
                    transaction ->
                        locked(transaction, request)
                            .map(
                                policy ->
                                    read(
                                        body,
                                        new QosRule(
                                            Ids.next(),
                                            policy.standard().id(),
                                            type,
                                            type.hasDirection()
                                                ? Optional.of("egress")
                                                : Optional.empty(),
                                            -1,
                                            0)))
                            .flatMap(rule -> save(transaction, rule).thenReturn(rule))))
        .flatMap(rule -> Replies.created(View.of(type.member(), view(rule))));
  }

  private Mono<ServerResponse> update(ApiRequest request, Type type) {
    return request
        .json()
        .map(body -> body.object(type.member()))
        .flatMap(
            body ->
                database.inTransaction(
                    transaction ->
                        locked(transaction, request)
                            .map(policy -> read(body, find(request, policy, type)))
                            .flatMap(rule -> save(transaction, rule).thenReturn(rule))))
        .flatMap(rule -> Replies.ok(View.of(type.member(), view(rule))));
  }

  private Mono<ServerResponse> delete(ApiRequest request, Type type) {
    return database
        .inTransaction(
            transaction ->
                locked(transaction, request)
                    .map(policy -> find(request, policy, type))
                    .flatMap(
                        rule ->
                            telling(
                                transaction,
                                rule.policyId(),
                                Mono.defer(() -> policies.delete(transaction, rule)))))
        .then(Replies.noContent());
  }

  private Mono<QosPolicy> locked(Transaction transaction, ApiRequest request) {
    return hosts
        .lock(transaction)
        .then(
            Mono.defer(
                () -> policies.find(transaction, Viewer.of(request.caller()), policyId(request))));
  }

  private Mono<Void> save(Transaction transaction, QosRule rule) {
    return telling(transaction, rule.policyId(), Mono.defer(() -> policies.save(transaction, rule)))
        .onErrorMap(
            DuplicateKeyException.class,
            e ->
                ApiFault.conflict(
                        "Rule of the type %s already exists in QoS Policy %s%s."
                            .formatted(
                                rule.type().word(),
                                rule.policyId(),
                                rule.direction().map(d -> " for " + d).orElse("")))
                    .ofType("QoSRulesConflict"));
  }

  /** Changes a policy, and tells the hosts with ports that go by it. */
  private Mono<Void> telling(Transaction transaction, UUID policy, Mono<Void> change) {
    return policies
        .networks(transaction, policy)
        .collect(Collectors.toSet())
        .flatMap(networks -> hosts.changing(transaction, Scope.ofNetworks(networks), change));
  }

  private static QosRule find(ApiRequest request, QosPolicy policy, Type type) {
    UUID id = request.id("id", "QosRule");
    return policy.rules().stream()
        .filter(rule -> rule.id().equals(id) && rule.type() == type)
        .findFirst()
        .orElseThrow(() -> ApiFault.notFound("QosRule", id.toString()));
  }

  /** A value of a new rule is required, which has -1 before. */
  private static QosRule read(JsonBody body, QosRule before) {
    Type type = before.type();
    if (!type.hasDirection()) {
      int mark =
          body.optionalNumber(type.valueName(), 0, 63)
              .map(Math::toIntExact)
              .orElse(Math.toIntExact(before.value()));
      if (!DSCP.contains(mark)) {
        throw Fields.invalid(
            body.at(type.valueName()) + ": " + mark + " is none of the marks in use, such as 26");
      }
      return new QosRule(
          before.id(), before.policyId(), type, Optional.empty(), mark, before.burst());
    }
    long value =
        body.optionalNumber(type.valueName(), 1, MAX_RATE)
            .orElseGet(
                () ->
                    before.value() > 0
                        ? before.value()
                        : body.number(type.valueName(), 1, MAX_RATE));
    return new QosRule(
        before.id(),
        before.policyId(),
        type,
        body.optionalChoice("direction", DIRECTIONS).or(before::direction),
        value,
        body.optionalNumber(type.burstName(), 0, MAX_RATE).orElse(before.burst()));
  }

  private static View view(QosRule rule) {
    View view = View.of("id", rule.id()).with(rule.type().valueName(), rule.value());
    rule.direction()
        .ifPresent(
            direction ->
                view.with(rule.type().burstName(), rule.burst()).with("direction", direction));
    return view;
  }

  private static UUID policyId(ApiRequest request) {
    return request.id("policy", "QosPolicy");
  }
}
