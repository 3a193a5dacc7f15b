package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
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
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.life.OutsideAttachments;
import io.virga.control.volume.life.OutsideAttachments.Connector;
import io.virga.control.volume.life.OutsideAttachments.Party;
import io.virga.control.volume.model.Attachment;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.VolumeStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/attachments}, from version 3.27 on. */
final class AttachmentRoutes {

  private static final int ATTACHMENTS = 27;
  private static final int COMPLETION = 44;
  private static final int MODES = 54;

  private final Database database;
  private final VolumeStore volumes;
  private final OutsideAttachments attachments;
  private final Connections connections;

  AttachmentRoutes(
      Database database,
      VolumeStore volumes,
      OutsideAttachments attachments,
      Connections connections) {
    this.database = database;
    this.volumes = volumes;
    this.attachments = attachments;
    this.connections = connections;
  }

  List<Route> routes() {
    return List.of(
        Projects.get("/attachments", Rule.READER, from(ATTACHMENTS, r -> list(r, false))),
        Projects.get("/attachments/detail", Rule.READER, from(ATTACHMENTS, r -> list(r, true))),
        Projects.get("/attachments/{attachment}", Rule.READER, from(ATTACHMENTS, this::show)),
        Projects.post("/attachments", Rule.MEMBER, from(ATTACHMENTS, this::create)),
        Projects.put("/attachments/{attachment}", Rule.MEMBER, from(ATTACHMENTS, this::update)),
        Projects.delete("/attachments/{attachment}", Rule.MEMBER, from(ATTACHMENTS, this::delete)),
        Projects.post(
            "/attachments/{attachment}/action", Rule.MEMBER, from(COMPLETION, this::complete)));
  }

  private static Handler from(int version, Handler handler) {
    return request -> {
      Microversion.require(request, version);
      return handler.handle(request);
    };
  }

  private Mono<ServerResponse> list(ApiRequest request, boolean detailed) {
    return new ListPages<>(
            database, "attachments", "Volume attachment", VolumeStore.LISTS, this::volumeId)
        .answer(
            request,
            AttachmentListing.query(request),
            new Projects.Shown<>(
                volume -> attachment(volume).id().toString(),
                volume -> detailed ? detailed(volume) : brief(volume)));
  }

  private Mono<UUID> volumeId(Viewer viewer, UUID attachmentId) {
    return volumes.ofAttachment(database, viewer, attachmentId).map(Volume::id);
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return volumes
        .ofAttachment(database, Viewer.of(request.caller()), id(request))
        .switchIfEmpty(Mono.error(() -> missing(request)))
        .flatMap(this::answer);
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("attachment"))
        .flatMap(body -> create(request, body))
        .flatMap(this::answer);
  }

  private Mono<Volume> create(ApiRequest request, JsonBody body) {
    body.allowOnly("volume_uuid", "instance_uuid", "connector", "mode");
    String volumeId = body.text("volume_uuid", Specs.LENGTH);
    UUID id = Ids.parse(volumeId).orElseThrow(() -> ApiFault.notFound("Volume", volumeId));
    Optional<Connector> connector = body.optionalObject("connector").map(Connections::connector);
    Party party =
        new Party(server(body), Optional.empty(), Optional.empty(), isReadOnly(request, body));
    return database
        .inTransaction(
            transaction ->
                volumes
                    .lock(transaction, Viewer.of(request.caller()), id)
                    .flatMap(volume -> attachments.reserve(transaction, volume, party))
                    .flatMap(volume -> connect(transaction, volume, connector)))
        .flatMap(volume -> connector.isPresent() ? connections.opened(volume) : Mono.just(volume));
  }

  private static Optional<String> server(JsonBody body) {
    Optional<String> server = body.optionalText("instance_uuid", Specs.LENGTH);
    if (server.isPresent() && Ids.parse(server.get()).isEmpty()) {
      throw ApiFault.badRequest(
          "%s: '%s' is not a UUID".formatted(body.at("instance_uuid"), server.get()));
    }
    return server;
  }

  private static boolean isReadOnly(ApiRequest request, JsonBody body) {
    Optional<String> mode = body.optionalChoice("mode", List.of("rw", "ro"));
    if (mode.isPresent() && !Microversion.of(request.raw()).isFrom(MODES)) {
      throw ApiFault.badRequest(body.at("mode") + ": needs the API version 3." + MODES);
    }
    return mode.filter("ro"::equals).isPresent();
  }

  private Mono<Volume> connect(
      Transaction transaction, Volume volume, Optional<Connector> connector) {
    return connector
        .map(from -> attachments.connect(transaction, volume, from))
        .orElse(Mono.just(volume));
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    return request
        .json()
        .map(body -> Connections.connector(body.object("attachment").object("connector")))
        .flatMap(
            connector ->
                database.inTransaction(
                    transaction ->
                        lock(transaction, request)
                            .flatMap(
                                volume -> attachments.connect(transaction, volume, connector))))
        .flatMap(connections::opened)
        .flatMap(this::answer);
  }

  private Mono<ServerResponse> complete(ApiRequest request) {
    Party asBefore = new Party(Optional.empty(), Optional.empty(), Optional.empty(), false);
    return request
        .json()
        .flatMap(
            body -> {
              if (!body.names().equals(List.of("os-complete"))) {
                throw ApiFault.badRequest("There is no such action: " + body.names() + ".");
              }
              return database.inTransaction(
                  transaction ->
                      lock(transaction, request)
                          .flatMap(volume -> attachments.complete(transaction, volume, asBefore)));
            })
        .then(Replies.noContent());
  }

  /** Answers what is attached still: nothing, since a volume has but one attachment. */
  private Mono<ServerResponse> delete(ApiRequest request) {
    return database
        .inTransaction(
            transaction ->
                lock(transaction, request).flatMap(volume -> attachments.end(transaction, volume)))
        .then(Replies.ok(View.of("attachments", List.of())));
  }

  private Mono<Volume> lock(Transaction transaction, ApiRequest request) {
    return volumes
        .lockOfAttachment(transaction, Viewer.of(request.caller()), id(request))
        .switchIfEmpty(Mono.error(() -> missing(request)));
  }

  private static UUID id(ApiRequest request) {
    return request.id("attachment", "Volume attachment");
  }

  private static ApiFault missing(ApiRequest request) {
    return ApiFault.of(
        FaultKind.NOT_FOUND,
        "Volume attachment could not be found with filter: attachment_id = %s."
            .formatted(request.path("attachment")));
  }

  private static Attachment attachment(Volume volume) {
    return volume.attachment().orElseThrow();
  }

  /** With what opens the volume, unless it is the compute service that has attached it. */
  private Mono<ServerResponse> answer(Volume volume) {
    Mono<View> info =
        attachment(volume).holder() instanceof Attachment.Outside
            ? connections
                .data(volume)
                .map(
                    data ->
                        data.with("driver_volume_type", Connections.protocol(volume))
                            .with("attachment_id", attachment(volume).id()))
            : Mono.empty();
    return info.singleOptional()
        .flatMap(
            found -> {
              View view = detailed(volume);
              found.ifPresent(opening -> view.with("connection_info", opening));
              return Replies.ok(View.of("attachment", view));
            });
  }

  private static View brief(Volume volume) {
    Attachment attachment = attachment(volume);
    return View.of("id", attachment.id())
        .with("status", attachment.holder().stage().title())
        .with("instance", attachment.holder().server())
        .with("volume_id", volume.id());
  }

  private static View detailed(Volume volume) {
    Attachment attachment = attachment(volume);
    boolean readOnly =
        volume.isReadOnly()
            || attachment.holder() instanceof Attachment.Outside outside && outside.readOnly();
    return brief(volume)
        .with("attached_at", VolumeViews.time(attachment.at()))
        .with("detached_at", Optional.empty())
        .with("attach_mode", readOnly ? "ro" : "rw")
        .with("connection_info", Map.of());
  }
}
