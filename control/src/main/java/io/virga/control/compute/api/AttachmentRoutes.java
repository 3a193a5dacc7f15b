package io.virga.control.compute.api;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.server.Act;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.volume.InstanceVolumes;
import io.virga.control.volume.InstanceVolumes.AttachedVolume;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.1/servers/{id}/os-volume_attachments}. */
final class AttachmentRoutes {

  private static final int TAGS = 70;
  private static final String DEVICES = "bcdefghijklmnopqrstuvwxyz";

  private final Servers servers;
  private final InstanceVolumes volumes;

  AttachmentRoutes(Servers servers, InstanceVolumes volumes) {
    this.servers = servers;
    this.volumes = volumes;
  }

  List<Route> routes() {
    String attachments = "/v2.1/servers/{id}/os-volume_attachments";
    return List.of(
        Route.get(attachments, Rule.READER, this::list),
        Route.post(attachments, Rule.MEMBER, this::attach),
        Route.get(attachments + "/{volume}", Rule.READER, this::show),
        Route.put(attachments + "/{volume}", Rule.ADMIN, this::swap),
        Route.delete(attachments + "/{volume}", Rule.MEMBER, this::detach));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return servers
        .find(request)
        .flatMapMany(server -> volumes.attached(servers.database(), server.id().toString()))
        .filter(volume -> !volume.root())
        .map(volume -> view(volume, Microversion.of(request)))
        .collectList()
        .flatMap(views -> Replies.ok(View.of("volumeAttachments", views)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    String volumeId = request.path("volume");
    return servers
        .find(request)
        .flatMapMany(server -> volumes.attached(servers.database(), server.id().toString()))
        .filter(volume -> !volume.root() && volume.volumeId().equals(volumeId))
        .next()
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Volume", volumeId)))
        .flatMap(
            volume ->
                Replies.ok(View.of("volumeAttachment", view(volume, Microversion.of(request)))));
  }

  private Mono<ServerResponse> attach(ApiRequest request) {
    AtomicReference<AttachedVolume> attached = new AtomicReference<>();
    return request
        .json()
        .map(body -> body.object("volumeAttachment"))
        .flatMap(
            body ->
                servers.act(
                    request,
                    Act.ATTACH_VOLUME,
                    (transaction, server) ->
                        attach(transaction, request, server, body)
                            .doOnNext(attached::set)
                            .thenReturn(server.changed())))
        .flatMap(server -> Mono.justOrEmpty(attached.get()))
        .flatMap(
            volume ->
                Replies.ok(View.of("volumeAttachment", view(volume, Microversion.of(request)))));
  }

  private Mono<AttachedVolume> attach(
      Transaction transaction, ApiRequest request, Server server, JsonBody body) {
    String volumeId = body.text("volumeId", ServerBodies.NAME_LENGTH);
    String id = server.id().toString();
    return volumes
        .attached(transaction, id)
        .map(AttachedVolume::device)
        .collect(Collectors.toSet())
        .flatMap(
            taken ->
                volumes.attach(
                    transaction,
                    request.caller(),
                    new InstanceVolumes.Attachment(
                        volumeId, id, server.host(), freeDevice(taken), false)));
  }

  /** Nothing else of an attachment can be changed before version 2.85. */
  private Mono<ServerResponse> swap(ApiRequest request) {
    String volumeId = request.path("volume");
    return request
        .json()
        .map(body -> body.object("volumeAttachment"))
        .map(
            body -> {
              body.allowOnly("volumeId");
              return new InstanceVolumes.Swap(
                  volumeId, body.text("volumeId", ServerBodies.NAME_LENGTH));
            })
        .flatMap(
            swap ->
                servers.act(
                    request,
                    Act.SWAP_VOLUME,
                    (transaction, server) ->
                        volumes
                            .swap(
                                transaction,
                                request.caller(),
                                swap,
                                server.id().toString(),
                                server.host())
                            .thenReturn(server.changed())))
        .then(Replies.acceptedEmpty());
  }

  private Mono<ServerResponse> detach(ApiRequest request) {
    String volumeId = request.path("volume");
    return servers
        .act(
            request,
            Act.DETACH_VOLUME,
            (transaction, server) ->
                volumes
                    .attached(transaction, server.id().toString())
                    .filter(volume -> volume.volumeId().equals(volumeId))
                    .doOnNext(AttachmentRoutes::checkMayGo)
                    .then(
                        volumes.beginDetach(
                            transaction, request.caller(), volumeId, server.id().toString()))
                    .then(
                        server.isTold()
                            ? Mono.empty()
                            : volumes.finishDetach(transaction, volumeId, server.id().toString()))
                    .thenReturn(server.changed()))
        .then(Replies.acceptedEmpty());
  }

  private static void checkMayGo(AttachedVolume volume) {
    if (volume.device().equals(InstanceVolumes.ROOT)) {
      throw ApiFault.forbidden("Cannot detach a root device volume");
    }
  }

  private static String freeDevice(Set<String> taken) {
    return IntStream.range(0, DEVICES.length())
        .mapToObj(i -> "vd" + DEVICES.charAt(i))
        .filter(device -> !taken.contains(device))
        .findFirst()
        .orElseThrow(() -> ApiFault.forbidden("The server has no place for another volume."));
  }

  private static View view(AttachedVolume volume, Microversion version) {
    View view =
        View.of("id", volume.volumeId())
            .with("volumeId", volume.volumeId())
            .with("serverId", volume.instanceId())
            .with("device", "/dev/" + volume.device());
    return version.atLeast(TAGS) ? view.with("tag", Optional.empty()) : view;
  }
}
