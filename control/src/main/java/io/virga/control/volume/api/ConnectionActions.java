package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.View;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.life.OutsideAttachments;
import io.virga.control.volume.life.OutsideAttachments.Party;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.VolumeStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The older actions by which a volume is attached, from before there were attachments (3.27). */
final class ConnectionActions {

  private final Database database;
  private final VolumeStore volumes;
  private final OutsideAttachments attachments;
  private final Connections connections;

  ConnectionActions(
      Database database,
      VolumeStore volumes,
      OutsideAttachments attachments,
      Connections connections) {
    this.database = database;
    this.volumes = volumes;
    this.attachments = attachments;
    this.connections = connections;
  }

  /** {@code os-initialize_connection}: answers how the volume is opened. */
  Mono<ServerResponse> initialize(ApiRequest request, UUID id, JsonBody arguments) {
    OutsideAttachments.Connector connector = Connections.connector(arguments.object("connector"));
    return database
        .inTransaction(
            transaction ->
                volumes
                    .lock(transaction, Viewer.of(request.caller()), id)
                    .flatMap(volume -> attachments.connect(transaction, volume, connector)))
        .flatMap(connections::opened)
        .flatMap(
            volume ->
                connections
                    .data(volume)
                    .flatMap(
                        data ->
                            Replies.ok(
                                View.of(
                                    "connection_info",
                                    View.of("driver_volume_type", Connections.protocol(volume))
                                        .with("data", data)))));
  }

  Mono<Void> terminate(Transaction transaction, JsonBody arguments, Volume volume) {
    arguments.object("connector");
    return attachments.disconnect(transaction, volume);
  }

  Mono<Void> attach(Transaction transaction, JsonBody arguments, Volume volume) {
    Optional<String> server = arguments.optionalText("instance_uuid", Specs.LENGTH);
    Optional<String> host = arguments.optionalText("host_name", Specs.LENGTH);
    if (server.isPresent() == host.isPresent()) {
      throw ApiFault.badRequest(
          "Invalid request to attach volume to an instance %s and/or host %s simultaneously"
              .formatted(server.orElse("None"), host.orElse("None")));
    }
    boolean readOnly =
        arguments.optionalChoice("mode", List.of("rw", "ro")).filter("ro"::equals).isPresent();
    Optional<String> device = Optional.of(arguments.text("mountpoint", Specs.LENGTH));
    return attachments.complete(transaction, volume, new Party(server, host, device, readOnly));
  }

  Mono<Void> beginDetach(Transaction transaction, Volume volume) {
    return attachments.beginDetach(transaction, volume);
  }

  Mono<Void> rollDetaching(Transaction transaction, Volume volume) {
    return attachments.rollDetaching(transaction, volume);
  }

  /** {@code os-detach} and {@code os-force_detach}: there is but one attachment. */
  Mono<Void> detach(Transaction transaction, JsonBody arguments, Volume volume) {
    Optional<String> asked = arguments.optionalText("attachment_id", Specs.LENGTH);
    boolean other =
        asked.isPresent()
            && volume.attachment().filter(a -> a.id().toString().equals(asked.get())).isEmpty();
    if (other) {
      throw ApiFault.badRequest(
          "Invalid volume: Volume %s has no attachment %s.".formatted(volume.id(), asked.get()));
    }
    return attachments.end(transaction, volume);
  }
}
