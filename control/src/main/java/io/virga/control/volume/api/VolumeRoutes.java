package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.ListQuery;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.life.SnapshotLife;
import io.virga.control.volume.life.VolumeDraft;
import io.virga.control.volume.life.VolumeLife;
import io.virga.control.volume.model.UserMessage;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.MessageStore;
import io.virga.control.volume.store.VolumeStore;
import io.virga.control.volume.store.VolumeSummaries;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/volumes}. */
final class VolumeRoutes implements MetadataRoutes.Described {

  /** Since then a summary tells of the metadata. */
  private static final int SUMMARY_METADATA = 36;

  private final VolumeSummaries summaries = new VolumeSummaries();
  private final MessageStore messages = new MessageStore();
  private final Database database;
  private final VolumeStore volumes;
  private final VolumeLife life;
  private final SnapshotLife snapshots;
  private final VolumeViews views;

  VolumeRoutes(
      Database database,
      VolumeStore volumes,
      VolumeLife life,
      SnapshotLife snapshots,
      VolumeViews views) {
    this.database = database;
    this.volumes = volumes;
    this.life = life;
    this.snapshots = snapshots;
    this.views = views;
  }

  List<Route> routes() {
    return List.of(
        Projects.get("/volumes", Rule.READER, request -> list(request, false)),
        Projects.get("/volumes/detail", Rule.READER, request -> list(request, true)),
        Projects.get("/volumes/summary", Rule.READER, this::summary),
        Projects.post("/volumes", Rule.MEMBER, this::create),
        Projects.get("/volumes/{id}", Rule.READER, this::show),
        Projects.put("/volumes/{id}", Rule.MEMBER, this::update),
        Projects.delete("/volumes/{id}", Rule.MEMBER, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request, boolean detailed) {
    return new ListPages<>(database, "volumes", "Volume", VolumeStore.LISTS)
        .answer(
            request,
            VolumeListing.LISTING.query(request),
            new Projects.Shown<>(
                volume -> volume.id().toString(),
                volume -> detailed ? views.whole(volume, request) : views.brief(volume)));
  }

  private Mono<ServerResponse> summary(ApiRequest request) {
    Viewer viewer = Projects.listViewer(request);
    ListQuery query = VolumeListing.LISTING.query(request);
    boolean withMetadata = Microversion.of(request.raw()).isFrom(SUMMARY_METADATA);
    return summaries
        .total(database, viewer, query)
        .map(total -> View.of("total_count", total.volumes()).with("total_size", total.gibibytes()))
        .delayUntil(
            view ->
                withMetadata
                    ? summaries
                        .metadata(database, viewer, query)
                        .doOnNext(metadata -> view.with("metadata", metadata))
                    : Mono.empty())
        .flatMap(view -> Replies.ok(View.of("volume-summary", view)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return volume(request)
        .flatMap(volume -> Replies.ok(View.of("volume", views.whole(volume, request))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> VolumeBodies.draft(body.object("volume")))
        .flatMap(draft -> create(request, draft))
        .flatMap(volume -> Replies.accepted(View.of("volume", views.made(volume, request))));
  }

  private Mono<Volume> create(ApiRequest request, VolumeDraft draft) {
    return database.inTransaction(
        transaction ->
            life.create(transaction, request.caller(), draft)
                .delayUntil(
                    volume ->
                        volume.host().isEmpty()
                            ? messages.insert(
                                transaction,
                                new MessageStore.Addressee(volume.projectId(), request.requestId()),
                                UserMessage.Event.NO_HOST,
                                volume.id())
                            : Mono.empty()));
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("volume"))
        .flatMap(
            body -> describe(request, description -> VolumeBodies.description(body, description)))
        .then(volume(request))
        .flatMap(volume -> Replies.ok(View.of("volume", views.made(volume, request))));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    UUID id = request.id("id", "Volume");
    boolean cascade = asks(request, "cascade");
    boolean force = asks(request, "force");
    if (force && !request.caller().isAdmin()) {
      return Mono.error(
          ApiFault.forbidden("force: only an administrator may delete a volume in any status."));
    }
    return database
        .inTransaction(
            transaction ->
                volumes
                    .lock(transaction, Viewer.of(request.caller()), id)
                    .doOnNext(VolumeRoutes::requireNoGroup)
                    .flatMap(
                        volume ->
                            (cascade
                                    ? snapshots.deleteAll(transaction, volume, force)
                                    : Mono.<Void>empty())
                                .then(Mono.defer(() -> life.delete(transaction, volume, force)))))
        .then(Replies.acceptedEmpty());
  }

  private static void requireNoGroup(Volume volume) {
    if (volume.traits().group().isPresent()) {
      throw ApiFault.badRequest(
          "Invalid volume: Volume %s is in the group %s: it goes with that, or leaves it before."
              .formatted(volume.id(), volume.traits().group().get()));
    }
  }

  private static boolean asks(ApiRequest request, String name) {
    return request.query(name).filter("true"::equalsIgnoreCase).isPresent();
  }

  private Mono<Volume> volume(ApiRequest request) {
    return volumes.find(database, Viewer.of(request.caller()), request.id("id", "Volume"));
  }

  @Override
  public Mono<Volume.Description> find(ApiRequest request) {
    return volume(request).map(Volume::description);
  }

  @Override
  public Mono<Void> describe(ApiRequest request, UnaryOperator<Volume.Description> change) {
    UUID id = request.id("id", "Volume");
    return database.inTransaction(
        transaction ->
            volumes
                .lock(transaction, Viewer.of(request.caller()), id)
                .flatMap(
                    volume ->
                        volumes.update(
                            transaction, volume.described(change.apply(volume.description())))));
  }
}
