package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.life.SnapshotLife;
import io.virga.control.volume.model.Snapshot;
import io.virga.control.volume.store.SnapshotStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code POST /v3/{project}/snapshots/{id}/action}: one action, named by the only member. */
final class SnapshotActionRoutes {

  private static final Pattern PROGRESS = Pattern.compile("(100|[0-9]{1,2})%");

  private final Database database;
  private final SnapshotStore snapshots;
  private final SnapshotLife life;
  private final Map<String, Action> known;

  SnapshotActionRoutes(Database database, SnapshotStore snapshots, SnapshotLife life) {
    this.database = database;
    this.snapshots = snapshots;
    this.life = life;
    this.known =
        new TreeMap<>(
            Map.of(
                "os-reset_status", new Action(Rule.ADMIN, this::resetStatus),
                "os-update_snapshot_status", new Action(Rule.MEMBER, this::updateStatus),
                "os-force_delete", new Action(Rule.ADMIN, this::forceDelete)));
  }

  private record Action(Rule rule, Change change) {}

  @FunctionalInterface
  private interface Change {
    Mono<Void> apply(Transaction transaction, Snapshot snapshot, JsonBody arguments);
  }

  List<Route> routes() {
    return List.of(Projects.post("/snapshots/{id}/action", Rule.MEMBER, this::act));
  }

  private Mono<ServerResponse> act(ApiRequest request) {
    UUID id = request.id("id", "Snapshot");
    return request
        .json()
        .flatMap(
            body -> {
              String name = String.join(", ", body.names());
              Action action =
                  Optional.ofNullable(known.get(name))
                      .orElseThrow(
                          () ->
                              ApiFault.badRequest(
                                  "There is no action '%s' for snapshots; there are %s."
                                      .formatted(name, String.join(", ", known.keySet()))));
              action.rule().check(request.caller(), name);
              return database.inTransaction(
                  transaction ->
                      snapshots
                          .lock(transaction, Viewer.of(request.caller()), id)
                          .flatMap(
                              snapshot ->
                                  action.change().apply(transaction, snapshot, body.object(name))));
            })
        .then(Replies.acceptedEmpty());
  }

  private Mono<Void> resetStatus(Transaction transaction, Snapshot snapshot, JsonBody arguments) {
    String status = status(arguments);
    return snapshots.update(transaction, snapshot.showing(status, Optional.empty()));
  }

  private Mono<Void> updateStatus(Transaction transaction, Snapshot snapshot, JsonBody arguments) {
    Optional<String> progress = arguments.optionalText("progress", Specs.LENGTH);
    if (progress.isPresent() && !PROGRESS.matcher(progress.get()).matches()) {
      throw ApiFault.badRequest(
          "%s: '%s' is not a percentage from 0%% to 100%%"
              .formatted(arguments.at("progress"), progress.get()));
    }
    return life.updateStatus(transaction, snapshot, status(arguments), progress);
  }

  private Mono<Void> forceDelete(Transaction transaction, Snapshot snapshot, JsonBody arguments) {
    return life.delete(transaction, snapshot, true);
  }

  private static String status(JsonBody arguments) {
    return arguments
        .optionalChoice("status", SnapshotLife.STATUSES)
        .orElseThrow(() -> ApiFault.badRequest(arguments.at("status") + ": is required"));
  }
}
