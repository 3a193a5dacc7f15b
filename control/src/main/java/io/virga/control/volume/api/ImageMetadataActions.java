package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.View;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.VolumeStore;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** What is told of the image that a volume was made of, which its owner may change. */
final class ImageMetadataActions {

  private final Database database;
  private final VolumeStore volumes;

  ImageMetadataActions(Database database, VolumeStore volumes) {
    this.database = database;
    this.volumes = volumes;
  }

  Mono<ServerResponse> show(ApiRequest request, UUID id, JsonBody arguments) {
    return volumes
        .find(database, Viewer.of(request.caller()), id)
        .flatMap(volume -> Replies.ok(told(volume)));
  }

  Mono<ServerResponse> set(ApiRequest request, UUID id, JsonBody arguments) {
    arguments.object("metadata");
    Map<String, String> added = VolumeBodies.metadata(arguments);
    return change(request, id, told -> Specs.with(told, added))
        .flatMap(volume -> Replies.ok(told(volume)));
  }

  Mono<ServerResponse> unset(ApiRequest request, UUID id, JsonBody arguments) {
    String key = arguments.text("key", Specs.LENGTH);
    return change(
            request,
            id,
            told -> {
              Map<String, String> left = new HashMap<>(told);
              if (left.remove(key) == null) {
                throw ApiFault.notFound("Image metadata item", key);
              }
              return left;
            })
        .then(ServerResponse.ok().build());
  }

  private Mono<Volume> change(
      ApiRequest request, UUID id, UnaryOperator<Map<String, String>> change) {
    return database.inTransaction(
        transaction ->
            volumes
                .lock(transaction, Viewer.of(request.caller()), id)
                .map(
                    volume ->
                        volume.with(
                            volume
                                .traits()
                                .imageMetadata(change.apply(volume.traits().imageMetadata()))))
                .delayUntil(volume -> volumes.update(transaction, volume)));
  }

  private static View told(Volume volume) {
    return View.of("metadata", volume.traits().imageMetadata());
  }
}
