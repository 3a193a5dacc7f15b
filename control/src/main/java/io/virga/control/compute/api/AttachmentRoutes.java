package io.virga.control.compute.api;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.server.ServerLife;
import io.virga.control.compute.store.ServerStore;
import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.network.InstancePorts;
import io.virga.control.network.InstancePorts.BoundPort;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.InstanceVolumes;
import io.virga.control.volume.InstanceVolumes.AttachedVolume;
import io.virga.dataplane.desired.PowerState;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.1/servers/{id}/os-volume_attachments} and {@code …/os-interface}. */
public final class AttachmentRoutes {

  private static final String DEVICES = "bcdefghijklmnopqrstuvwxyz";

  private final Database database;
  private final ServerStore servers;
  private final ServerLife life;
  private final InstanceVolumes volumes;
  private final InstancePorts ports;

  AttachmentRoutes(
      Database database,
      ServerStore servers,
      ServerLife life,
      InstanceVolumes volumes,
      InstancePorts ports) {
    this.database = database;
    this.servers = servers;
    this.life = life;
    this.volumes = volumes;
    this.ports = ports;
  }

  List<Route> routes() {
    String attachments = "/v2.1/servers/{id}/os-volume_attachments";
    return List.of(
        Route.get(attachments, Rule.READER, this::list),
        Route.post(attachments, Rule.MEMBER, this::attach),
        Route.get(attachments + "/{volume}", Rule.READER, this::show),
        Route.delete(attachments + "/{volume}", Rule.MEMBER, this::detach),
        Route.get("/v2.1/servers/{id}/os-interface", Rule.READER, this::interfaces));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return find(request)
        .flatMapMany(server -> volumes.attached(database, server.id().toString()))
        .filter(volume -> !volume.root())
        .map(AttachmentRoutes::view)
        .collectList()
        .flatMap(views -> Replies.ok(View.of("volumeAttachments", views)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    String volumeId = request.path("volume");
    return find(request)
        .flatMapMany(server -> volumes.attached(database, server.id().toString()))
        .filter(volume -> !volume.root() && volume.volumeId().equals(volumeId))
        .next()
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Volume", volumeId)))
        .flatMap(volume -> Replies.ok(View.of("volumeAttachment", view(volume))));
  }

  private Mono<ServerResponse> attach(ApiRequest request) {
    UUID id = request.id("id", "Instance");
    return request
        .json()
        .map(body -> body.object("volumeAttachment"))
        .flatMap(
            body -> database.inTransaction(transaction -> attach(transaction, request, id, body)))
        .flatMap(volume -> Replies.ok(View.of("volumeAttachment", view(volume))));
  }

  private Mono<AttachedVolume> attach(
      Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    String volumeId = body.text("volumeId", ServerBodies.NAME_LENGTH);
    return servers
        .lock(transaction, Viewer.of(request.caller()), id)
        .flatMap(
            server ->
                alive(server)
                    .thenMany(volumes.attached(transaction, id.toString()))
                    .map(AttachedVolume::device)
                    .collect(Collectors.toSet())
                    .flatMap(
                        taken ->
                            volumes.attach(
                                transaction,
                                request.caller(),
                                new InstanceVolumes.Attachment(
                                    volumeId, id.toString(), server.host(), freeDevice(taken))))
                    .flatMap(
                        volume ->
                            life.change(transaction, server, server.desired().changed())
                                .thenReturn(volume)));
  }

  private Mono<ServerResponse> detach(ApiRequest request) {
    UUID id = request.id("id", "Instance");
    String volumeId = request.path("volume");
    return database
        .inTransaction(
            transaction ->
                servers
                    .lock(transaction, Viewer.of(request.caller()), id)
                    .flatMap(
                        server ->
                            volumes
                                .beginDetach(transaction, request.caller(), volumeId, id.toString())
                                .then(
                                    life.change(transaction, server, server.desired().changed()))))
        .then(Replies.acceptedEmpty());
  }

  private Mono<ServerResponse> interfaces(ApiRequest request) {
    return find(request)
        .flatMapMany(server -> ports.ofInstances(database, List.of(server.id().toString())))
        .map(AttachmentRoutes::view)
        .collectList()
        .flatMap(views -> Replies.ok(View.of("interfaceAttachments", views)));
  }

  private Mono<Server> find(ApiRequest request) {
    return servers.find(database, Viewer.of(request.caller()), request.id("id", "Instance"));
  }

  /** A server without a host never runs, and one on its way out takes nothing more. */
  private static Mono<Void> alive(Server server) {
    return server.host().isEmpty() || server.desired().power() == PowerState.ABSENT
        ? Mono.error(
            ApiFault.conflict(
                "Cannot 'attach_volume' instance %s while it is in vm_state %s"
                    .formatted(server.id(), server.vmState())))
        : Mono.empty();
  }

  private static String freeDevice(Set<String> taken) {
    return IntStream.range(0, DEVICES.length())
        .mapToObj(i -> "vd" + DEVICES.charAt(i))
        .filter(device -> !taken.contains(device))
        .findFirst()
        .orElseThrow(() -> ApiFault.forbidden("The server has no place for another volume."));
  }

  private static View view(AttachedVolume volume) {
    return View.of("id", volume.volumeId())
        .with("volumeId", volume.volumeId())
        .with("serverId", volume.instanceId())
        .with("device", "/dev/" + volume.device());
  }

  private static View view(BoundPort port) {
    return View.of("port_id", port.portId())
        .with("net_id", port.networkId())
        .with("mac_addr", port.mac())
        .with("port_state", "ACTIVE")
        .with("fixed_ips", port.addresses().stream().map(ip -> View.of("ip_address", ip)).toList());
  }
}
