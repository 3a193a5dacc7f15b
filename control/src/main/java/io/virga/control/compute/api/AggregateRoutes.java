package io.virga.control.compute.api;

import io.virga.control.compute.model.Aggregate;
import io.virga.control.compute.store.AggregateStore;
import io.virga.control.compute.store.HostUsage;
import io.virga.control.compute.store.Placement;
import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.hosts.KnownHosts;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@code /v2.1/os-aggregates}. An aggregate with a zone is an availability zone; a host is in one
 * at most, and keeps it while servers are there: while that is looked at, none is placed.
 */
final class AggregateRoutes {

  private static final int UUIDS = 41;
  private static final String ZONE = "availability_zone";

  private final Database database;
  private final AggregateStore aggregates;
  private final Placement placement;
  private final HostUsage usage = new HostUsage();
  private final KnownHosts hosts = new KnownHosts();

  AggregateRoutes(Database database, AggregateStore aggregates, Placement placement) {
    this.database = database;
    this.aggregates = aggregates;
    this.placement = placement;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v2.1/os-aggregates", Rule.ADMIN, this::list),
        Route.post("/v2.1/os-aggregates", Rule.ADMIN, this::create),
        Route.get("/v2.1/os-aggregates/{id}", Rule.ADMIN, this::show),
        Route.put("/v2.1/os-aggregates/{id}", Rule.ADMIN, this::update),
        Route.delete("/v2.1/os-aggregates/{id}", Rule.ADMIN, this::delete),
        Route.post("/v2.1/os-aggregates/{id}/action", Rule.ADMIN, this::act));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return aggregates
        .list(database)
        .map(aggregate -> view(aggregate, request))
        .collectList()
        .flatMap(views -> Replies.ok(View.of("aggregates", views)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return aggregates
        .find(database, request.path("id"))
        .flatMap(aggregate -> Replies.ok(View.of("aggregate", view(aggregate, request))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("aggregate"))
        .flatMap(
            body -> {
              String name = body.text("name", ServerBodies.NAME_LENGTH);
              return database.inTransaction(
                  transaction ->
                      aggregates
                          .insert(transaction, Ids.next(), name, zone(body))
                          .onErrorMap(DuplicateKeyException.class, e -> taken(name)));
            })
        .flatMap(made -> Replies.ok(View.of("aggregate", brief(made, request))));
  }

  private static ApiFault taken(String name) {
    return ApiFault.conflict("Aggregate " + name + " already exists.");
  }

  private static Optional<String> zone(JsonBody body) {
    Optional<String> zone = body.optionalText(ZONE, ServerBodies.NAME_LENGTH);
    if (zone.filter(text -> text.isEmpty() || text.contains(":")).isPresent()) {
      throw ApiFault.badRequest(body.at(ZONE) + ": '" + zone.get() + "' is empty, or has a colon");
    }
    return zone;
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("aggregate"))
        .flatMap(
            body ->
                change(
                    request,
                    (transaction, before) ->
                        write(
                            transaction,
                            before,
                            body.has("name")
                                ? body.text("name", ServerBodies.NAME_LENGTH)
                                : before.name(),
                            body.has(ZONE) ? zone(body) : before.zone(),
                            before.metadata())));
  }

  /** What becomes of a locked aggregate. */
  @FunctionalInterface
  private interface Change {
    Mono<Void> of(Transaction transaction, Aggregate before);
  }

  private Mono<ServerResponse> change(ApiRequest request, Change change) {
    return database
        .inTransaction(
            transaction ->
                placement
                    .lock(transaction)
                    .then(aggregates.lock(transaction, request.path("id")))
                    .flatMap(before -> change.of(transaction, before)))
        .then(Mono.defer(() -> show(request)));
  }

  private Mono<Void> write(
      Transaction transaction,
      Aggregate before,
      String name,
      Optional<String> zone,
      Map<String, String> metadata) {
    Mono<Void> mayMove =
        before.zone().equals(zone)
            ? Mono.empty()
            : Flux.fromIterable(before.hosts())
                .concatMap(host -> checkMoves(transaction, host, before, zone))
                .then();
    return mayMove
        .then(aggregates.update(transaction, before.id(), name, zone, metadata))
        .onErrorMap(DuplicateKeyException.class, e -> taken(name));
  }

  /** A host is in one zone alone, and stays in it while servers are there. */
  private Mono<Void> checkMoves(
      Transaction transaction, String host, Aggregate aggregate, Optional<String> zone) {
    return aggregates
        .list(transaction)
        .filter(other -> other.id() != aggregate.id() && other.hosts().contains(host))
        .mapNotNull(other -> other.zone().orElse(null))
        .next()
        .singleOptional()
        .flatMap(
            others -> {
              if (others.isPresent() && zone.isPresent() && !others.equals(zone)) {
                return Mono.error(
                    ApiFault.conflict(
                        "Host %s is in the availability zone %s already."
                            .formatted(host, others.get())));
              }
              return others.isPresent() ? Mono.empty() : checkEmpty(transaction, host);
            });
  }

  private Mono<Void> checkEmpty(Transaction transaction, String host) {
    return usage
        .servers(transaction, host)
        .next()
        .flatMap(
            server ->
                Mono.error(
                    ApiFault.conflict(
                        "One or more hosts contain instances in this zone: " + host)));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return database
        .inTransaction(
            transaction ->
                aggregates
                    .lock(transaction, request.path("id"))
                    .flatMap(
                        aggregate ->
                            aggregate.hosts().isEmpty()
                                ? aggregates.delete(transaction, aggregate.id())
                                : Mono.error(
                                    ApiFault.badRequest(
                                        "Cannot remove aggregate %s: it has hosts."
                                            .formatted(aggregate.name())))))
        .then(ServerResponse.status(HttpStatus.OK).build());
  }

  private Mono<ServerResponse> act(ApiRequest request) {
    return request
        .json()
        .flatMap(
            body ->
                switch (body.names().size() == 1 ? body.names().getFirst() : "") {
                  case "add_host" -> add(request, host(body, "add_host"));
                  case "remove_host" -> remove(request, host(body, "remove_host"));
                  case "set_metadata" -> metadata(request, body.object("set_metadata"));
                  default ->
                      Mono.error(
                          ApiFault.badRequest(
                              "There is no such action; expected add_host, remove_host or"
                                  + " set_metadata."));
                });
  }

  private static String host(JsonBody body, String action) {
    return body.object(action).text("host", ServerBodies.NAME_LENGTH);
  }

  private Mono<ServerResponse> add(ApiRequest request, String host) {
    return change(
        request,
        (transaction, before) ->
            hosts
                .named(transaction, ComputeHosts.SERVICE, List.of(host))
                .next()
                .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Compute host", host)))
                .then(
                    before.zone().isPresent()
                        ? checkMoves(transaction, host, before, before.zone())
                        : Mono.<Void>empty())
                .then(aggregates.add(transaction, before.id(), host))
                .onErrorMap(
                    DuplicateKeyException.class,
                    e ->
                        ApiFault.conflict(
                            "Aggregate %s already has host %s.".formatted(before.name(), host))));
  }

  private Mono<ServerResponse> remove(ApiRequest request, String host) {
    return change(
        request,
        (transaction, before) ->
            (before.zone().isPresent() && before.hosts().contains(host)
                    ? checkMoves(transaction, host, before, Optional.empty())
                    : Mono.<Void>empty())
                .then(aggregates.remove(transaction, before.id(), host))
                .flatMap(
                    had ->
                        had
                            ? Mono.<Void>empty()
                            : Mono.error(
                                ApiFault.of(
                                    FaultKind.NOT_FOUND,
                                    "Aggregate %s has no host %s."
                                        .formatted(before.name(), host)))));
  }

  /** What is null is removed. */
  private Mono<ServerResponse> metadata(ApiRequest request, JsonBody body) {
    JsonBody asked = body.object("metadata");
    return change(
        request,
        (transaction, before) -> {
          Map<String, String> items = new HashMap<>(before.metadata());
          Optional<String> zone = before.zone();
          for (String name : asked.names()) {
            Optional<String> value = asked.optionalText(name, ServerBodies.NAME_LENGTH);
            if (name.equals(ZONE)) {
              zone = value;
            } else if (value.isPresent()) {
              items.put(name, value.get());
            } else {
              items.remove(name);
            }
          }
          return write(transaction, before, before.name(), zone, items);
        });
  }

  private static View view(Aggregate aggregate, ApiRequest request) {
    Map<String, String> metadata = new HashMap<>(aggregate.metadata());
    aggregate.zone().ifPresent(zone -> metadata.put(ZONE, zone));
    return brief(aggregate, request).with("hosts", aggregate.hosts()).with("metadata", metadata);
  }

  private static View brief(Aggregate aggregate, ApiRequest request) {
    View view =
        View.of("id", aggregate.id())
            .with("name", aggregate.name())
            .with(ZONE, aggregate.zone())
            .with("created_at", Times.bare(aggregate.createdAt()))
            .with("updated_at", aggregate.updatedAt().map(Times::bare))
            .with("deleted", false)
            .with("deleted_at", Optional.empty());
    return Microversion.of(request).atLeast(UUIDS) ? view.with("uuid", aggregate.uuid()) : view;
  }
}
