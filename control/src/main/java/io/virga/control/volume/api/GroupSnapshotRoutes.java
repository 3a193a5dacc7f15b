package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.life.GroupSnapshots;
import io.virga.control.volume.model.VolumeGroup;
import io.virga.control.volume.store.GroupSnapshotStore;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/group_snapshots}, from version 3.14 on. */
final class GroupSnapshotRoutes {

  static final String THING = "GroupSnapshot";

  private static final String RESET = "reset_status";
  private static final int SNAPSHOTS = 14;
  private static final int RESETS = 19;

  private static final Filters LISTING =
      new Filters(
          Map.of(
              "name", Filters.equal("g.name"),
              "status", asked -> GroupSnapshotStore.OF_STATUS.formatted(asked.bind(asked.value())),
              "group_id", FilterValues.word("g.group_id::text"),
              "project_id", Filters.equal("g.project_id")),
          Map.of(
              "id", "%1$s.id",
              "name", "%1$s.name",
              "group_id", "%1$s.group_id",
              "created_at", "%1$s.created_at"));

  private final Database database;
  private final GroupSnapshotStore snapshots;
  private final GroupSnapshots life;

  GroupSnapshotRoutes(Database database, GroupSnapshotStore snapshots, GroupSnapshots life) {
    this.database = database;
    this.snapshots = snapshots;
    this.life = life;
  }

  List<Route> routes() {
    String all = "/group_snapshots";
    String one = all + "/{snapshot}";
    return List.of(
        Projects.get(all, Rule.READER, GroupRoutes.from(SNAPSHOTS, r -> list(r, false))),
        Projects.get(all + "/detail", Rule.READER, GroupRoutes.from(SNAPSHOTS, r -> list(r, true))),
        Projects.post(all, Rule.MEMBER, GroupRoutes.from(SNAPSHOTS, this::create)),
        Projects.get(one, Rule.READER, GroupRoutes.from(SNAPSHOTS, this::show)),
        Projects.delete(one, Rule.MEMBER, GroupRoutes.from(SNAPSHOTS, this::delete)),
        Projects.post(one + "/action", Rule.ADMIN, GroupRoutes.from(RESETS, this::act)));
  }

  private Mono<ServerResponse> list(ApiRequest request, boolean detailed) {
    Microversion version = Microversion.of(request.raw());
    return new ListPages<>(database, "group_snapshots", THING, GroupSnapshotStore.LISTS)
        .answer(
            request,
            LISTING.query(request),
            new Projects.Shown<>(
                snapshot -> snapshot.id().toString(),
                snapshot ->
                    detailed ? GroupViews.whole(snapshot, version) : GroupViews.brief(snapshot)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return snapshots
        .find(database, Viewer.of(request.caller()), id(request))
        .map(snapshot -> GroupViews.whole(snapshot, Microversion.of(request.raw())))
        .flatMap(view -> Replies.ok(View.of("group_snapshot", view)));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("group_snapshot"))
        .flatMap(
            body -> {
              UUID group = GroupRoutes.reference(body, "group_id", GroupRoutes.THING);
              VolumeGroup.Named named = GroupRoutes.named(body, new VolumeGroup.Named("", ""));
              return database.inTransaction(
                  transaction -> life.create(transaction, request.caller(), group, named));
            })
        .flatMap(made -> Replies.accepted(View.of("group_snapshot", GroupViews.made(made))));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return database
        .inTransaction(
            transaction -> life.delete(transaction, Viewer.of(request.caller()), id(request)))
        .then(Replies.acceptedEmpty());
  }

  private Mono<ServerResponse> act(ApiRequest request) {
    return request
        .json()
        .flatMap(
            body -> {
              if (!body.names().equals(List.of(RESET))) {
                throw ApiFault.badRequest(
                    "There is no action %s for group snapshots; there is %s."
                        .formatted(body.names(), RESET));
              }
              String status = GroupRoutes.status(body.object(RESET));
              return database.inTransaction(
                  transaction ->
                      life.resetStatus(
                          transaction, Viewer.of(request.caller()), id(request), status));
            })
        .then(Replies.acceptedEmpty());
  }

  private static UUID id(ApiRequest request) {
    return request.id("snapshot", THING);
  }
}
