package io.virga.control.identity.domainconfig;

import static io.virga.control.policy.Rule.ADMIN;
import static io.virga.control.policy.Rule.SYSTEM_READER;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.view.Keystone;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@code /v3/domains/{id}/config}. Users are in one database, so what a domain says of its own
 * drivers is kept and shown, and nothing follows from it.
 */
public final class DomainConfigRoutes {

  private static final String WHOLE = "/v3/domains/{id}/config";
  private static final String GROUP = WHOLE + "/{group}";
  private static final String OPTION = GROUP + "/{option}";

  private static final String ALL =
      """
      SELECT group_name, option_name, value::text AS value FROM identity_domain_config
       WHERE domain_id = :id ORDER BY group_name, option_name
      """;

  private static final String PUT =
      """
      INSERT INTO identity_domain_config (domain_id, group_name, option_name, value)
      VALUES (:id, :group, :option, CAST(:value AS jsonb))
      ON CONFLICT (domain_id, group_name, option_name) DO UPDATE SET value = excluded.value
      """;

  private static final String DELETE =
      """
      DELETE FROM identity_domain_config
       WHERE domain_id = :id AND group_name = coalesce(:group, group_name)
         AND option_name = coalesce(:option, option_name)
      """;

  private final Database database;

  public DomainConfigRoutes(Database database) {
    this.database = database;
  }

  /** Which of the options a path speaks of. */
  private record Place(String domain, Optional<String> group, Optional<String> option) {

    static Place whole(ApiRequest request) {
      return new Place(request.path("id"), Optional.empty(), Optional.empty());
    }

    static Place group(ApiRequest request) {
      return new Place(request.path("id"), Optional.of(request.path("group")), Optional.empty());
    }

    static Place option(ApiRequest request) {
      return new Place(
          request.path("id"),
          Optional.of(request.path("group")),
          Optional.of(request.path("option")));
    }

    void check() {
      group.ifPresent(
          name -> {
            ConfigOptions.group(name);
            option.ifPresent(some -> ConfigOptions.check(name, some));
          });
    }

    ApiFault notFound() {
      String what =
          option
              .map(name -> "option %s in group %s".formatted(name, group.orElse("")))
              .or(() -> group.map(name -> "group " + name))
              .orElse("any options");
      return ApiFault.of(
          FaultKind.NOT_FOUND,
          "Could not find %s in domain configuration for domain %s.".formatted(what, domain));
    }
  }

  public List<Route> routes() {
    return List.of(
        Route.get(WHOLE, SYSTEM_READER, request -> show(Place.whole(request))),
        Route.put(WHOLE, ADMIN, this::replace),
        Route.patch(WHOLE, ADMIN, r -> change(r, Place.whole(r), Setting::all)),
        Route.delete(WHOLE, ADMIN, request -> delete(Place.whole(request))),
        Route.get(GROUP, SYSTEM_READER, request -> show(Place.group(request))),
        Route.patch(
            GROUP,
            ADMIN,
            r -> change(r, Place.group(r), body -> Setting.ofGroup(body, r.path("group")))),
        Route.delete(GROUP, ADMIN, request -> delete(Place.group(request))),
        Route.get(OPTION, SYSTEM_READER, request -> show(Place.option(request))),
        Route.patch(
            OPTION,
            ADMIN,
            r ->
                change(
                    r,
                    Place.option(r),
                    body -> Setting.ofOption(body, r.path("group"), r.path("option")))),
        Route.delete(OPTION, ADMIN, request -> delete(Place.option(request))),
        Route.get("/v3/domains/config/default", SYSTEM_READER, this::defaults),
        Route.get("/v3/domains/config/{group}/default", SYSTEM_READER, this::defaultsOfGroup),
        Route.get(
            "/v3/domains/config/{group}/{option}/default", SYSTEM_READER, this::defaultOfOption));
  }

  private static Mono<ServerResponse> reply(View config) {
    return Replies.ok(View.of("config", config));
  }

  /** Fails, not found, if there is no such domain. */
  private static Mono<Void> domain(Session session, String id, String lock) {
    return session
        .sql("SELECT id FROM identity_domain WHERE id = :id " + lock)
        .bind("id", id)
        .one(row -> row.text("id"))
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("domain", id)))
        .then();
  }

  private static Mono<List<Setting>> settings(Session session, String id) {
    return session.sql(ALL).bind("id", id).all(Setting::of).collectList();
  }

  private static Mono<Void> put(Transaction tx, String id, List<Setting> settings) {
    return Flux.fromIterable(settings)
        .concatMap(
            setting ->
                tx.sql(PUT)
                    .bind("id", id)
                    .bind("group", setting.group())
                    .bind("option", setting.option())
                    .bindJson("value", setting.value())
                    .execute())
        .then();
  }

  private static Mono<Void> remove(Transaction tx, Place place) {
    return tx.sql(DELETE)
        .bind("id", place.domain())
        .bind("group", place.group(), String.class)
        .bind("option", place.option(), String.class)
        .execute()
        .then();
  }

  private Mono<ServerResponse> show(Place place) {
    place.check();
    return domain(database, place.domain(), "")
        .then(Mono.defer(() -> settings(database, place.domain())))
        .map(
            all ->
                all.stream()
                    .filter(setting -> setting.isOf(place.group(), place.option()))
                    .filter(setting -> !setting.isSecret())
                    .toList())
        .filter(shown -> !shown.isEmpty())
        .switchIfEmpty(Mono.error(place::notFound))
        .flatMap(
            shown ->
                reply(
                    place
                        .option()
                        .map(option -> View.of(option, shown.getFirst().value()))
                        .orElseGet(() -> Setting.view(shown))));
  }

  private Mono<ServerResponse> replace(ApiRequest request) {
    Place whole = Place.whole(request);
    String id = whole.domain();
    return request
        .json()
        .map(body -> Setting.all(body.object("config")))
        .flatMap(
            settings ->
                database.inTransaction(
                    tx ->
                        domain(tx, id, "FOR UPDATE")
                            .then(Mono.defer(() -> settings(tx, id)))
                            .flatMap(
                                before ->
                                    remove(tx, whole)
                                        .then(put(tx, id, settings))
                                        .thenReturn(
                                            before.isEmpty() ? HttpStatus.CREATED : HttpStatus.OK))
                            .flatMap(
                                status ->
                                    Replies.json(
                                        status, View.of("config", Setting.view(settings))))));
  }

  /** What is named must be there already, as long as it is not the whole. */
  private Mono<ServerResponse> change(
      ApiRequest request, Place place, Function<JsonBody, List<Setting>> read) {
    String id = place.domain();
    return request
        .json()
        .map(body -> read.apply(body.object("config")))
        .flatMap(
            settings ->
                database.inTransaction(
                    tx ->
                        domain(tx, id, "FOR UPDATE")
                            .then(Mono.defer(() -> checkThere(tx, place)))
                            .then(put(tx, id, settings))
                            .then(Mono.defer(() -> settings(tx, id)))))
        .flatMap(after -> reply(Setting.view(after)));
  }

  private static Mono<Void> checkThere(Session session, Place place) {
    if (place.group().isEmpty()) {
      return Mono.empty();
    }
    return settings(session, place.domain())
        .doOnNext(
            all -> {
              if (all.stream().noneMatch(s -> s.isOf(place.group(), place.option()))) {
                throw place.notFound();
              }
            })
        .then();
  }

  private Mono<ServerResponse> delete(Place place) {
    place.check();
    return database
        .inTransaction(
            tx ->
                domain(tx, place.domain(), "FOR UPDATE")
                    .then(Mono.defer(() -> checkThere(tx, place)))
                    .then(remove(tx, place)))
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> defaults(ApiRequest request) {
    View view = View.empty();
    ConfigOptions.DEFAULTS.forEach(view::with);
    return reply(view);
  }

  private Mono<ServerResponse> defaultsOfGroup(ApiRequest request) {
    String group = request.path("group");
    return reply(View.of(group, ConfigOptions.group(group)));
  }

  private Mono<ServerResponse> defaultOfOption(ApiRequest request) {
    String group = request.path("group");
    String option = request.path("option");
    ConfigOptions.check(group, option);
    return reply(View.of(option, ConfigOptions.defaultOf(group, option)));
  }
}
