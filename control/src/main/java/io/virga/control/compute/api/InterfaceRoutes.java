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
import io.virga.control.network.InstancePorts;
import io.virga.control.network.InstancePorts.BoundPort;
import io.virga.control.network.InstancePorts.Nic;
import io.virga.control.policy.Rule;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /v2.1/servers/{id}/os-interface}: cards, plugged while a server runs. */
final class InterfaceRoutes {

  private static final int TAGS = 70;

  private final Servers servers;
  private final InstancePorts ports;

  InterfaceRoutes(Servers servers, InstancePorts ports) {
    this.servers = servers;
    this.ports = ports;
  }

  List<Route> routes() {
    String all = "/v2.1/servers/{id}/os-interface";
    String one = all + "/{port}";
    return List.of(
        Route.get(all, Rule.READER, this::list),
        Route.post(all, Rule.MEMBER, this::attach),
        Route.get(one, Rule.READER, this::show),
        Route.delete(one, Rule.MEMBER, this::detach));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return of(request)
        .map(port -> view(port, Microversion.of(request)))
        .collectList()
        .flatMap(views -> Replies.ok(View.of("interfaceAttachments", views)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    String id = request.path("port");
    return of(request)
        .filter(port -> port.portId().equals(id))
        .next()
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Port", id)))
        .flatMap(port -> reply(port, Microversion.of(request)));
  }

  private Flux<BoundPort> of(ApiRequest request) {
    return servers
        .find(request)
        .flatMapMany(
            server -> ports.ofInstances(servers.database(), List.of(server.id().toString())));
  }

  private Mono<ServerResponse> attach(ApiRequest request) {
    AtomicReference<Optional<BoundPort>> plugged = new AtomicReference<>(Optional.empty());
    return request
        .json()
        .map(body -> body.optionalObject("interfaceAttachment").map(InterfaceRoutes::nic))
        .map(asked -> asked.orElseGet(InterfaceRoutes::anyNic))
        .flatMap(
            nic ->
                servers.act(
                    request,
                    Act.ATTACH_INTERFACE,
                    (transaction, server) ->
                        plug(transaction, request, server, nic)
                            .doOnNext(port -> plugged.set(Optional.of(port)))
                            .thenReturn(server.changed())))
        .flatMap(server -> Mono.justOrEmpty(plugged.get()))
        .flatMap(port -> reply(port, Microversion.of(request)));
  }

  private Mono<BoundPort> plug(
      Transaction transaction, ApiRequest request, Server server, Nic nic) {
    InstancePorts.Instance instance =
        new InstancePorts.Instance(
            server.id().toString(), server.host(), server.hostname(), List.of());
    Mono<Nic> wanted =
        nic.networkId().isPresent() || nic.portId().isPresent()
            ? Mono.just(nic)
            : ports
                .onlyNetwork(transaction, request.caller())
                .map(id -> new Nic(Optional.of(id), Optional.empty(), nic.fixedIp()))
                .switchIfEmpty(
                    Mono.error(
                        () -> ApiFault.badRequest("interfaceAttachment.net_id: is required")));
    return wanted.flatMap(one -> ports.plug(transaction, request.caller(), instance, one));
  }

  private static Nic anyNic() {
    return new Nic(Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Nic nic(JsonBody body) {
    Optional<String> network =
        body.optionalText("net_id", ServerBodies.NAME_LENGTH)
            .map(id -> ServerBodies.uuid(body, "net_id", id));
    Optional<String> port =
        body.optionalText("port_id", ServerBodies.NAME_LENGTH)
            .map(id -> ServerBodies.uuid(body, "port_id", id));
    if (network.isPresent() && port.isPresent()) {
      throw ApiFault.badRequest("Must not input both network_id and port_id");
    }
    List<String> addresses =
        body.objects("fixed_ips", 1).stream()
            .map(fixed -> fixed.text("ip_address", ServerBodies.NAME_LENGTH))
            .toList();
    if (!addresses.isEmpty() && network.isEmpty()) {
      throw ApiFault.badRequest("Must input network_id when request IP address");
    }
    return new Nic(network, port, addresses.stream().findFirst());
  }

  private Mono<ServerResponse> detach(ApiRequest request) {
    String port = request.path("port");
    return servers
        .act(
            request,
            Act.DETACH_INTERFACE,
            (transaction, server) ->
                ports
                    .unplug(transaction, server.id().toString(), port)
                    .thenReturn(server.changed()))
        .then(Replies.acceptedEmpty());
  }

  private static Mono<ServerResponse> reply(BoundPort port, Microversion version) {
    return Replies.ok(View.of("interfaceAttachment", view(port, version)));
  }

  private static View view(BoundPort port, Microversion version) {
    View view =
        View.of("port_id", port.portId())
            .with("net_id", port.networkId())
            .with("mac_addr", port.mac())
            .with("port_state", port.wired() ? "ACTIVE" : "DOWN")
            .with(
                "fixed_ips",
                port.fixedAddresses().stream()
                    .map(
                        fixed ->
                            View.of("subnet_id", fixed.subnetId())
                                .with("ip_address", fixed.address()))
                    .toList());
    return version.atLeast(TAGS) ? view.with("tag", Optional.empty()) : view;
  }
}
