package io.virga.control.compute.api;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.server.Act;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Mono;

/** {@code /v2.1/servers/{id}/tags}, since 2.26. */
final class TagRoutes {

  private static final int SINCE = 26;

  private final Servers servers;
  private final ServerViews views;

  TagRoutes(Servers servers, ServerViews views) {
    this.servers = servers;
    this.views = views;
  }

  List<Route> routes() {
    String all = "/v2.1/servers/{id}/tags";
    String one = all + "/{tag}";
    return List.of(
        Route.get(all, Rule.READER, this::list),
        Route.put(all, Rule.MEMBER, this::replace),
        Route.delete(all, Rule.MEMBER, this::deleteAll),
        Route.get(one, Rule.READER, this::check),
        Route.put(one, Rule.MEMBER, this::add),
        Route.delete(one, Rule.MEMBER, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Microversion.require(request, SINCE);
    return servers.find(request).flatMap(server -> Replies.ok(view(server)));
  }

  private Mono<ServerResponse> replace(ApiRequest request) {
    Microversion.require(request, SINCE);
    return request
        .json()
        .flatMap(
            body -> {
              if (!body.has("tags")) {
                throw ApiFault.badRequest("tags: is required");
              }
              List<String> tags = Tags.of(body);
              return change(request, before -> tags);
            })
        .flatMap(server -> Replies.ok(view(server)));
  }

  private Mono<ServerResponse> deleteAll(ApiRequest request) {
    Microversion.require(request, SINCE);
    return change(request, before -> List.of()).then(Replies.noContent());
  }

  private Mono<ServerResponse> check(ApiRequest request) {
    Microversion.require(request, SINCE);
    String tag = request.path("tag");
    return servers
        .find(request)
        .flatMap(
            server ->
                server.description().tags().contains(tag)
                    ? Replies.noContent()
                    : Mono.error(missing(server, tag)));
  }

  private Mono<ServerResponse> add(ApiRequest request) {
    Microversion.require(request, SINCE);
    String tag = Tags.check(request.path("tag"));
    AtomicBoolean had = new AtomicBoolean();
    return change(
            request,
            before -> {
              had.set(before.contains(tag));
              List<String> all = new ArrayList<>(before);
              all.remove(tag);
              all.add(tag);
              return Tags.checked(all);
            })
        .flatMap(
            server ->
                ServerResponse.status(had.get() ? HttpStatus.NO_CONTENT : HttpStatus.CREATED)
                    .header("Location", address(server, tag))
                    .build());
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    Microversion.require(request, SINCE);
    String tag = request.path("tag");
    return servers
        .act(
            request,
            Act.CHANGE_DESCRIPTION,
            server -> {
              List<String> left = new ArrayList<>(server.description().tags());
              if (!left.remove(tag)) {
                throw missing(server, tag);
              }
              return server.with(server.description().tags(left));
            })
        .then(Replies.noContent());
  }

  private Mono<Server> change(ApiRequest request, UnaryOperator<List<String>> change) {
    return servers.act(
        request,
        Act.CHANGE_DESCRIPTION,
        server ->
            server.with(server.description().tags(change.apply(server.description().tags()))));
  }

  private String address(Server server, String tag) {
    String segment = UriUtils.encodePathSegment(tag, StandardCharsets.UTF_8);
    return views.address("servers", server.id() + "/tags/" + segment);
  }

  private static ApiFault missing(Server server, String tag) {
    return ApiFault.of(
        FaultKind.NOT_FOUND, "Server %s has no tag '%s'".formatted(server.id(), tag));
  }

  private static View view(Server server) {
    return View.of("tags", server.description().tags());
  }
}
