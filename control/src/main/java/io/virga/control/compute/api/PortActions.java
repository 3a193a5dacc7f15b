package io.virga.control.compute.api;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.server.Act;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.network.InstancePorts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Actions on the security groups and addresses of a server's ports. */
final class PortActions {

  /** From then on addresses are the network API's alone. */
  private static final int ADDRESSES_GONE = 44;

  private final Servers servers;
  private final InstancePorts ports;

  PortActions(Servers servers, InstancePorts ports) {
    this.servers = servers;
    this.ports = ports;
  }

  Map<String, ActionRoutes.Action> all() {
    return Map.of(
        "addSecurityGroup", this::join,
        "removeSecurityGroup", this::leave,
        "addFixedIp", this::addAddress,
        "removeFixedIp", this::removeAddress);
  }

  private Mono<ServerResponse> join(ApiRequest request, JsonBody body) {
    String group = body.object("addSecurityGroup").text("name", ServerBodies.NAME_LENGTH);
    return change(
        request,
        Act.CHANGE_GROUPS,
        (transaction, server) ->
            ports
                .join(transaction, request.caller(), server.id().toString(), group)
                .thenReturn(server.with(server.build().groups(with(server, group)))));
  }

  private Mono<ServerResponse> leave(ApiRequest request, JsonBody body) {
    String group = body.object("removeSecurityGroup").text("name", ServerBodies.NAME_LENGTH);
    return change(
        request,
        Act.CHANGE_GROUPS,
        (transaction, server) ->
            ports
                .leave(transaction, request.caller(), server.id().toString(), group)
                .thenReturn(server.with(server.build().groups(without(server, group)))));
  }

  private static List<String> with(Server server, String group) {
    List<String> groups = new ArrayList<>(without(server, group));
    groups.add(group);
    return groups;
  }

  private static List<String> without(Server server, String group) {
    return server.build().securityGroups().stream().filter(name -> !name.equals(group)).toList();
  }

  private Mono<ServerResponse> addAddress(ApiRequest request, JsonBody body) {
    Microversion.requireBefore(request, ADDRESSES_GONE);
    String network = body.object("addFixedIp").text("networkId", ServerBodies.NAME_LENGTH);
    return change(
        request,
        Act.CHANGE_ADDRESSES,
        (transaction, server) ->
            ports
                .addAddress(transaction, server.id().toString(), network)
                .thenReturn(server.changed()));
  }

  private Mono<ServerResponse> removeAddress(ApiRequest request, JsonBody body) {
    Microversion.requireBefore(request, ADDRESSES_GONE);
    String address = body.object("removeFixedIp").text("address", ServerBodies.NAME_LENGTH);
    return change(
        request,
        Act.CHANGE_ADDRESSES,
        (transaction, server) ->
            ports
                .removeAddress(transaction, server.id().toString(), address)
                .thenReturn(server.changed()));
  }

  private Mono<ServerResponse> change(ApiRequest request, Act act, Servers.Change change) {
    return servers.act(request, act, change).then(Replies.acceptedEmpty());
  }
}
