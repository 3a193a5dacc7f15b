package io.virga.control.compute.api;

import io.virga.control.compute.server.Act;
import io.virga.control.compute.server.Shelves;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.volume.InstanceVolumes;
import io.virga.control.volume.InstanceVolumes.AttachedVolume;
import java.util.Map;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Actions that put a server away and take it back. */
final class ShelfActions {

  private final Servers servers;
  private final Shelves shelves;
  private final InstanceVolumes volumes;

  ShelfActions(Servers servers, Shelves shelves, InstanceVolumes volumes) {
    this.servers = servers;
    this.shelves = shelves;
    this.volumes = volumes;
  }

  Map<String, ActionRoutes.Action> all() {
    return Map.of(
        "shelve", (request, body) -> shelve(request),
        "shelveOffload", (request, body) -> offload(request),
        "unshelve", (request, body) -> unshelve(request));
  }

  private Mono<ServerResponse> shelve(ApiRequest request) {
    return servers
        .act(
            request,
            Act.SHELVE,
            (transaction, server) ->
                volumes
                    .attached(transaction, server.id().toString())
                    .doOnNext(ShelfActions::checkSettled)
                    .then(Mono.fromSupplier(() -> shelves.shelve(server))))
        .then(Replies.acceptedEmpty());
  }

  /** Only its host knows how far a copy is, and forgets it. */
  private static void checkSettled(AttachedVolume volume) {
    if (volume.replaces().isPresent()) {
      throw ApiFault.conflict(
          "Cannot 'shelve' instance %s while volume %s takes over from another"
              .formatted(volume.instanceId(), volume.volumeId()));
    }
  }

  private Mono<ServerResponse> offload(ApiRequest request) {
    if (!request.caller().isAdmin()) {
      throw ApiFault.forbidden(
          "Policy doesn't allow os_compute_api:os-shelve:shelve_offload to be performed.");
    }
    return servers.act(request, Act.SHELVE_OFFLOAD, shelves::offload).then(Replies.acceptedEmpty());
  }

  private Mono<ServerResponse> unshelve(ApiRequest request) {
    return servers.act(request, Act.UNSHELVE, shelves::unshelve).then(Replies.acceptedEmpty());
  }
}
