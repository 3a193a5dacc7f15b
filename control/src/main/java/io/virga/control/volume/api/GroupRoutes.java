package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Handler;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.life.VolumeGroups;
import io.virga.control.volume.life.VolumeGroups.Changes;
import io.virga.control.volume.model.VolumeGroup;
import io.virga.control.volume.store.GroupStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/groups}, from version 3.13 on. */
final class GroupRoutes {

  static final String THING = "Group";

  private static final int GROUPS = 13;
  private static final int SOURCES = 14;
  private static final int RESETS = 20;
  private static final int VOLUMES = 25;
  private static final int MAX_TYPES = 100;
  private static final List<String> CHANGED =
      List.of("name", "description", "add_volumes", "remove_volumes");
  private static final int MAX_VOLUMES_LENGTH = 37 * 1000;

  private static final Filters LISTING =
      new Filters(
          Map.of(
              "name", Filters.equal("g.name"),
              "status", asked -> GroupStore.OF_STATUS.formatted(asked.bind(asked.value())),
              "group_type", FilterValues.word("g.group_type_id::text"),
              "project_id", Filters.equal("g.project_id"),
              // Says what is shown, not what is listed.
              "list_volume", asked -> "true"),
          Map.of(
              "id", "%1$s.id",
              "name", "%1$s.name",
              "group_type", "%1$s.group_type_id",
              "created_at", "%1$s.created_at"));

  private final Database database;
  private final GroupStore groups;
  private final VolumeGroups life;

  GroupRoutes(Database database, GroupStore groups, VolumeGroups life) {
    this.database = database;
    this.groups = groups;
    this.life = life;
  }

  List<Route> routes() {
    return List.of(
        Projects.get("/groups", Rule.READER, from(GROUPS, r -> list(r, false))),
        Projects.get("/groups/detail", Rule.READER, from(GROUPS, r -> list(r, true))),
        Projects.post("/groups", Rule.MEMBER, from(GROUPS, this::create)),
        Projects.post("/groups/action", Rule.MEMBER, from(SOURCES, this::createFrom)),
        Projects.get("/groups/{group}", Rule.READER, from(GROUPS, this::show)),
        Projects.put("/groups/{group}", Rule.MEMBER, from(GROUPS, this::update)),
        Projects.post("/groups/{group}/action", Rule.MEMBER, from(GROUPS, this::act)));
  }

  /** The same from a version on; there is nothing before. */
  static Handler from(int version, Handler handler) {
    return request -> {
      Microversion.require(request, version);
      return handler.handle(request);
    };
  }

  private Mono<ServerResponse> list(ApiRequest request, boolean detailed) {
    Microversion version = Microversion.of(request.raw());
    return new ListPages<>(database, "groups", THING, GroupStore.LISTS)
        .answer(
            request,
            LISTING.query(request),
            new Projects.Shown<>(
                group -> group.id().toString(),
                group -> detailed ? whole(request, group, version) : GroupViews.brief(group)));
  }

  /** With the ids of its volumes, if they are asked for. */
  private static View whole(ApiRequest request, VolumeGroup group, Microversion version) {
    View view = GroupViews.whole(group, version);
    return version.isFrom(VOLUMES)
            && request.query("list_volume").filter("true"::equalsIgnoreCase).isPresent()
        ? view.with("volumes", group.volumes())
        : view;
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    Microversion version = Microversion.of(request.raw());
    return groups
        .find(database, Viewer.of(request.caller()), id(request))
        .flatMap(group -> Replies.ok(View.of("group", whole(request, group, version))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("group"))
        .flatMap(
            body -> {
              UUID type = reference(body, "group_type", "Group type");
              List<String> types = body.texts("volume_types", MAX_TYPES, Specs.LENGTH);
              if (types.isEmpty()) {
                throw ApiFault.badRequest(body.at("volume_types") + ": is required");
              }
              VolumeGroup.Named named = named(body, new VolumeGroup.Named("", ""));
              return database.inTransaction(
                  transaction -> life.create(transaction, request.caller(), named, type, types));
            })
        .flatMap(GroupRoutes::made);
  }

  private Mono<ServerResponse> createFrom(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("create-from-src"))
        .flatMap(
            body -> {
              VolumeGroup.Source source =
                  new VolumeGroup.Source(
                      optional(body, "group_snapshot_id", GroupSnapshotRoutes.THING),
                      optional(body, "source_group_id", THING));
              if (source.group().isPresent() == source.groupSnapshot().isPresent()) {
                throw ApiFault.badRequest(
                    "create-from-src: needs one of group_snapshot_id and source_group_id");
              }
              VolumeGroup.Named named = named(body, new VolumeGroup.Named("", ""));
              return database.inTransaction(
                  transaction -> life.createFrom(transaction, request.caller(), named, source));
            })
        .flatMap(GroupRoutes::made);
  }

  private static Mono<ServerResponse> made(VolumeGroup group) {
    return Replies.accepted(View.of("group", GroupViews.brief(group)));
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("group"))
        .flatMap(
            body -> {
              if (CHANGED.stream().noneMatch(name -> body.member(name).isPresent())) {
                throw ApiFault.badRequest("group: needs one of " + String.join(", ", CHANGED));
              }
              Changes changes =
                  new Changes(
                      before -> named(body, before),
                      volumes(body, "add_volumes"),
                      volumes(body, "remove_volumes"));
              return database.inTransaction(
                  transaction ->
                      life.update(transaction, Viewer.of(request.caller()), id(request), changes));
            })
        .then(Replies.acceptedEmpty());
  }

  private Mono<ServerResponse> act(ApiRequest request) {
    return request
        .json()
        .flatMap(
            body -> {
              String name = String.join(", ", body.names());
              return switch (name) {
                case "delete" -> delete(request, body.object(name).flag("delete-volumes", false));
                case "reset_status" -> {
                  Microversion.require(request, RESETS);
                  Rule.ADMIN.check(request.caller(), name);
                  yield reset(request, status(body.object(name)));
                }
                default ->
                    Mono.<Void>error(
                        ApiFault.badRequest(
                            "There is no action '%s' for groups; there are delete, reset_status."
                                .formatted(name)));
              };
            })
        .then(Replies.acceptedEmpty());
  }

  private Mono<Void> delete(ApiRequest request, boolean withVolumes) {
    return database.inTransaction(
        transaction ->
            life.delete(transaction, Viewer.of(request.caller()), id(request), withVolumes));
  }

  private Mono<Void> reset(ApiRequest request, String status) {
    return database.inTransaction(
        transaction ->
            life.resetStatus(transaction, Viewer.of(request.caller()), id(request), status));
  }

  /** What a group or a snapshot of one shall show. */
  static String status(JsonBody arguments) {
    return arguments
        .optionalChoice("status", VolumeGroups.STATUSES)
        .orElseThrow(() -> ApiFault.badRequest(arguments.at("status") + ": is required"));
  }

  /** What a request says of a group, or of a snapshot of one. */
  static VolumeGroup.Named named(JsonBody body, VolumeGroup.Named before) {
    return new VolumeGroup.Named(
        body.optionalText("name", Specs.LENGTH).map(String::strip).orElse(before.name()),
        body.optionalText("description", Specs.LENGTH).map(String::strip).orElse(before.text()));
  }

  /** The id of a thing that a request has to name. */
  static UUID reference(JsonBody body, String name, String thing) {
    String text = body.text(name, Specs.LENGTH);
    return Ids.parse(text).orElseThrow(() -> ApiFault.notFound(thing, text));
  }

  private static Optional<UUID> optional(JsonBody body, String name, String thing) {
    return body.member(name).map(given -> reference(body, name, thing));
  }

  /** Cinder has them as one text, between commas. */
  private static List<UUID> volumes(JsonBody body, String name) {
    return body.optionalText(name, MAX_VOLUMES_LENGTH).stream()
        .flatMap(text -> Arrays.stream(text.split(",", -1)))
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .map(
            text ->
                Ids.parse(text)
                    .orElseThrow(
                        () ->
                            ApiFault.badRequest(
                                "Invalid volume: volume %s cannot be found.".formatted(text))))
        .toList();
  }

  private static UUID id(ApiRequest request) {
    return request.id("group", THING);
  }
}
