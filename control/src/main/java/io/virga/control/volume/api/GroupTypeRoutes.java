package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Handler;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.ListQuery;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.GroupType;
import io.virga.control.volume.store.GroupTypeStore;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/group_types} and their specs, from version 3.11 on. */
final class GroupTypeRoutes {

  private static final String THING = "Group type";
  private static final String SPECS = "group_specs";
  private static final int GROUP_TYPES = 11;

  private static final Filters LISTING =
      new Filters(
          Map.of("name", Filters.equal("t.name"), "is_public", GroupTypeRoutes::isPublic),
          Map.of("id", "%1$s.id", "name", "%1$s.name", "created_at", "%1$s.created_at"));

  private final Database database;
  private final GroupTypeStore types;

  GroupTypeRoutes(Database database, GroupTypeStore types) {
    this.database = database;
    this.types = types;
  }

  List<Route> routes() {
    String all = "/group_types";
    String one = all + "/{type}";
    String specs = one + "/group_specs";
    return List.of(
        Projects.get(all, Rule.READER, since(this::list)),
        Projects.post(all, Rule.ADMIN, since(this::create)),
        Projects.get(one, Rule.READER, since(this::show)),
        Projects.put(one, Rule.ADMIN, since(this::update)),
        Projects.delete(one, Rule.ADMIN, since(this::delete)),
        Projects.get(specs, Rule.ADMIN, since(this::listSpecs)),
        Projects.post(specs, Rule.ADMIN, since(this::addSpecs)),
        Projects.get(specs + "/{key}", Rule.ADMIN, since(this::showSpec)),
        Projects.put(specs + "/{key}", Rule.ADMIN, since(this::setSpec)),
        Projects.delete(specs + "/{key}", Rule.ADMIN, since(this::removeSpec)));
  }

  private static Handler since(Handler handler) {
    return GroupRoutes.from(GROUP_TYPES, handler);
  }

  private static String isPublic(Filters.Asked asked) {
    return switch (asked.value().toLowerCase(Locale.ROOT)) {
      case "none", "" -> "true";
      case "true", "1" -> "t.is_public";
      case "false", "0" -> "NOT t.is_public";
      default -> throw asked.refused("one of true, false, none");
    };
  }

  /** An administrator sees the others only where he asks for them. */
  private Mono<ServerResponse> list(ApiRequest request) {
    boolean admin = request.caller().isAdmin();
    ListQuery query = LISTING.query(request);
    boolean ofAll = admin && request.hasQuery("is_public");
    return new ListPages<>(database, "group_types", THING, GroupTypeStore.LISTS)
        .answer(
            request,
            new Viewer(request.projectId(), ofAll),
            query,
            new Projects.Shown<>(
                type -> type.id().toString(), type -> GroupViews.whole(type, admin)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return find(request)
        .map(type -> GroupViews.whole(type, request.caller().isAdmin()))
        .flatMap(view -> Replies.ok(View.of("group_type", view)));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("group_type"))
        .map(
            body ->
                new GroupType(
                    Ids.next(),
                    body.text("name", Specs.LENGTH),
                    body.optionalText("description", Specs.LENGTH),
                    body.flag("is_public", true),
                    Specs.of(body, SPECS)))
        .delayUntil(type -> types.insert(database, type))
        .flatMap(type -> Replies.accepted(View.of("group_type", GroupViews.whole(type, true))));
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("group_type"))
        .flatMap(body -> change(request, type -> changed(type, body)))
        .flatMap(type -> Replies.ok(View.of("group_type", GroupViews.whole(type, true))));
  }

  private static GroupType changed(GroupType type, JsonBody body) {
    body.allowOnly("name", "description", "is_public");
    if (body.names().isEmpty()) {
      throw ApiFault.badRequest("Specify group type name, description, is_public or several.");
    }
    return new GroupType(
        type.id(),
        body.member("name").map(given -> body.text("name", Specs.LENGTH)).orElse(type.name()),
        body.optionalText("description", Specs.LENGTH).or(type::text),
        body.flag("is_public", type.isPublic()),
        type.specs());
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return find(request)
        .flatMap(type -> types.delete(database, type.id()))
        .then(Replies.acceptedEmpty());
  }

  private Mono<ServerResponse> listSpecs(ApiRequest request) {
    return find(request).flatMap(type -> Replies.ok(View.of(SPECS, type.specs())));
  }

  private Mono<ServerResponse> showSpec(ApiRequest request) {
    String key = request.path("key");
    return find(request)
        .flatMap(
            type -> {
              String value = type.specs().get(key);
              return value == null
                  ? Mono.error(missing(type, key))
                  : Replies.ok(View.of(key, value));
            });
  }

  private Mono<ServerResponse> addSpecs(ApiRequest request) {
    return request
        .json()
        .flatMap(
            body -> {
              body.object(SPECS);
              Map<String, String> added = Specs.of(body, SPECS);
              return change(request, type -> type.specified(Specs.with(type.specs(), added)))
                  .then(Replies.accepted(View.of(SPECS, added)));
            });
  }

  private Mono<ServerResponse> setSpec(ApiRequest request) {
    String key = request.path("key");
    return request
        .json()
        .flatMap(
            body -> {
              if (!body.names().equals(List.of(key))) {
                throw ApiFault.badRequest("Request body and URI mismatch");
              }
              Map<String, String> one = Map.of(key, body.text(key, Specs.LENGTH));
              return change(request, type -> type.specified(Specs.with(type.specs(), one)))
                  .then(Replies.ok(one));
            });
  }

  private Mono<ServerResponse> removeSpec(ApiRequest request) {
    String key = request.path("key");
    return change(
            request,
            type -> {
              Map<String, String> left = new HashMap<>(type.specs());
              if (left.remove(key) == null) {
                throw missing(type, key);
              }
              return type.specified(left);
            })
        .then(Replies.acceptedEmpty());
  }

  private Mono<GroupType> change(ApiRequest request, UnaryOperator<GroupType> change) {
    UUID id = request.id("type", THING);
    return database.inTransaction(
        transaction ->
            types
                .lock(transaction, id)
                .map(change)
                .delayUntil(type -> types.update(transaction, type)));
  }

  private Mono<GroupType> find(ApiRequest request) {
    return types.find(database, Viewer.of(request.caller()), request.id("type", THING));
  }

  private static ApiFault missing(GroupType type, String key) {
    return ApiFault.of(
        FaultKind.NOT_FOUND, "Group Type %s has no specs with key %s.".formatted(type.id(), key));
  }
}
