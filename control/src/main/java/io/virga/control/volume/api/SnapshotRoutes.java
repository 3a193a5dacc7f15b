package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.life.SnapshotLife;
import io.virga.control.volume.model.Snapshot;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.SnapshotStore;
import io.virga.control.volume.store.VolumeStore;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/snapshots}. */
final class SnapshotRoutes implements MetadataRoutes.Described {

  private static final int ID_LENGTH = 255;

  private final Database database;
  private final VolumeStore volumes;
  private final SnapshotStore snapshots;
  private final SnapshotLife life;
  private final VolumeViews views;

  SnapshotRoutes(
      Database database,
      VolumeStore volumes,
      SnapshotStore snapshots,
      SnapshotLife life,
      VolumeViews views) {
    this.database = database;
    this.volumes = volumes;
    this.snapshots = snapshots;
    this.life = life;
    this.views = views;
  }

  List<Route> routes() {
    return List.of(
        Projects.get("/snapshots", Rule.READER, request -> list(request, false)),
        Projects.get("/snapshots/detail", Rule.READER, request -> list(request, true)),
        Projects.post("/snapshots", Rule.MEMBER, this::create),
        Projects.get("/snapshots/{id}", Rule.READER, this::show),
        Projects.put("/snapshots/{id}", Rule.MEMBER, this::update),
        Projects.delete("/snapshots/{id}", Rule.MEMBER, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request, boolean detailed) {
    return new ListPages<>(database, "snapshots", "Snapshot", SnapshotStore.LISTS)
        .answer(
            request,
            SnapshotListing.LISTING.query(request),
            new Projects.Shown<>(
                snapshot -> snapshot.id().toString(),
                snapshot -> views.whole(snapshot, detailed, request)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return snapshot(request)
        .flatMap(snapshot -> Replies.ok(View.of("snapshot", views.whole(snapshot, true, request))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("snapshot"))
        .flatMap(body -> database.inTransaction(transaction -> create(transaction, request, body)))
        .flatMap(
            snapshot ->
                Replies.accepted(View.of("snapshot", views.whole(snapshot, false, request))));
  }

  private Mono<Snapshot> create(Transaction transaction, ApiRequest request, JsonBody body) {
    String volumeId =
        body.has("volume_id") && body.member("volume_id").isEmpty()
            ? "None"
            : body.text("volume_id", ID_LENGTH);
    UUID id = Ids.parse(volumeId).orElseThrow(() -> ApiFault.notFound("Volume", volumeId));
    Volume.Description description =
        VolumeBodies.description(body, new Volume.Description("", "", Map.of()));
    boolean force = body.flag("force", false);
    return volumes
        .lock(transaction, Viewer.of(request.caller()), id)
        .flatMap(
            volume ->
                life.create(
                    transaction,
                    request.caller(),
                    volume,
                    new SnapshotLife.Draft(description, force)));
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("snapshot"))
        .flatMap(
            body -> describe(request, description -> VolumeBodies.description(body, description)))
        .then(snapshot(request))
        .flatMap(
            snapshot -> Replies.ok(View.of("snapshot", views.whole(snapshot, false, request))));
  }

  private Mono<Snapshot> snapshot(ApiRequest request) {
    return snapshots.find(database, Viewer.of(request.caller()), request.id("id", "Snapshot"));
  }

  @Override
  public Mono<Volume.Description> find(ApiRequest request) {
    return snapshot(request).map(Snapshot::description);
  }

  @Override
  public Mono<Void> describe(ApiRequest request, UnaryOperator<Volume.Description> change) {
    UUID id = request.id("id", "Snapshot");
    return database.inTransaction(
        transaction ->
            snapshots
                .lock(transaction, Viewer.of(request.caller()), id)
                .map(snapshot -> snapshot.described(change.apply(snapshot.description())))
                .flatMap(changed -> snapshots.update(transaction, changed)));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    UUID id = request.id("id", "Snapshot");
    return database
        .inTransaction(
            transaction ->
                snapshots
                    .lock(transaction, Viewer.of(request.caller()), id)
                    .doOnNext(SnapshotRoutes::requireAlone)
                    .flatMap(snapshot -> life.delete(transaction, snapshot, false)))
        .then(Replies.acceptedEmpty());
  }

  private static void requireAlone(Snapshot snapshot) {
    if (snapshot.groupSnapshot().isPresent()) {
      throw ApiFault.badRequest(
          "Invalid snapshot: Snapshot %s is of the group snapshot %s: it goes with that."
              .formatted(snapshot.id(), snapshot.groupSnapshot().get()));
    }
  }
}
