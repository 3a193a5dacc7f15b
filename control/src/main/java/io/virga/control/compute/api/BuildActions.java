package io.virga.control.compute.api;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.server.Act;
import io.virga.control.compute.server.ServerBuilds;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.View;
import io.virga.control.policy.Caller;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Actions that make something else of a server, or an image of it. */
final class BuildActions {

  private static final int IMAGE_ID = 45;
  private static final int KEY_NAME = 54;
  private static final int USER_DATA = 57;

  private final Servers servers;
  private final ServerBuilds builds;
  private final WholeServers whole;
  private final ServerViews views;
  private final URI endpoint;

  BuildActions(
      Servers servers, ServerBuilds builds, WholeServers whole, ServerViews views, URI endpoint) {
    this.servers = servers;
    this.builds = builds;
    this.whole = whole;
    this.views = views;
    this.endpoint = endpoint;
  }

  Map<String, ActionRoutes.Action> all() {
    return Map.of(
        "rebuild", this::rebuild,
        "resize", this::resize,
        "confirmResize", (request, body) -> confirm(request),
        "revertResize", (request, body) -> revert(request),
        "rescue", this::rescue,
        "unrescue", (request, body) -> unrescue(request),
        "createImage", this::createImage,
        "changePassword", this::changePassword);
  }

  private Mono<ServerResponse> rebuild(ApiRequest request, JsonBody body) {
    Microversion version = Microversion.of(request);
    JsonBody asked = body.object("rebuild");
    String image =
        ServerBodies.uuid(
            asked,
            "imageRef",
            ServerBodies.reference(asked.text("imageRef", ServerBodies.NAME_LENGTH)));
    Caller caller = request.caller();
    return servers
        .act(
            request,
            Act.REBUILD,
            (transaction, server) ->
                builds.rebuild(transaction, caller, server, draft(asked, image, server, version)))
        .flatMap(server -> whole.of(request, server))
        .flatMap(
            one ->
                Replies.accepted(
                    ServerViews.one(
                        views.rebuilt(one, version, Passwords.of(asked)), one.server(), version)));
  }

  private static ServerBuilds.Rebuild draft(
      JsonBody asked, String image, Server server, Microversion version) {
    ServerBodies.refuseFiles(asked, version);
    boolean key = version.atLeast(KEY_NAME) && asked.has("key_name");
    boolean data = version.atLeast(USER_DATA) && asked.has("user_data");
    return new ServerBuilds.Rebuild(
        image,
        ServerBodies.described(asked, server.description(), version),
        key
            ? Optional.of(asked.optionalText("key_name", ServerBodies.NAME_LENGTH))
            : Optional.empty(),
        data ? Optional.of(ServerBodies.userData(asked)) : Optional.empty(),
        ServerBodies.diskConfig(asked));
  }

  private Mono<ServerResponse> resize(ApiRequest request, JsonBody body) {
    String flavor =
        ServerBodies.reference(body.object("resize").text("flavorRef", ServerBodies.NAME_LENGTH));
    return servers
        .act(
            request,
            Act.RESIZE,
            (transaction, server) -> builds.resize(transaction, request.caller(), server, flavor))
        .then(Replies.acceptedEmpty());
  }

  private Mono<ServerResponse> confirm(ApiRequest request) {
    return servers.act(request, Act.CONFIRM_RESIZE, builds::confirm).then(Replies.noContent());
  }

  private Mono<ServerResponse> revert(ApiRequest request) {
    return servers.act(request, Act.REVERT_RESIZE, builds::revert).then(Replies.acceptedEmpty());
  }

  private Mono<ServerResponse> rescue(ApiRequest request, JsonBody body) {
    Optional<JsonBody> asked = body.optionalObject("rescue");
    Optional<String> image =
        asked
            .flatMap(a -> a.optionalText("rescue_image_ref", ServerBodies.NAME_LENGTH))
            .map(ServerBodies::reference);
    return servers
        .act(
            request,
            Act.RESCUE,
            (transaction, server) -> builds.rescue(transaction, request.caller(), server, image))
        .then(Mono.defer(() -> Replies.ok(View.of("adminPass", Passwords.of(asked.orElse(body))))));
  }

  private Mono<ServerResponse> unrescue(ApiRequest request) {
    return servers.act(request, Act.UNRESCUE, builds::unrescue).then(Replies.acceptedEmpty());
  }

  private Mono<ServerResponse> createImage(ApiRequest request, JsonBody body) {
    JsonBody asked = body.object("createImage");
    String name = asked.text("name", ServerBodies.NAME_LENGTH).strip();
    if (name.isEmpty()) {
      throw ApiFault.badRequest("createImage.name: may not be empty");
    }
    Map<String, String> metadata = ServerBodies.items(asked, "metadata");
    AtomicReference<Optional<UUID>> image = new AtomicReference<>(Optional.empty());
    return servers
        .act(
            request,
            Act.CREATE_IMAGE,
            (transaction, server) ->
                builds
                    .image(transaction, request.caller(), server, name, metadata)
                    .doOnNext(id -> image.set(Optional.of(id)))
                    .thenReturn(server))
        .flatMap(server -> Mono.justOrEmpty(image.get()))
        .flatMap(
            id ->
                Microversion.of(request).atLeast(IMAGE_ID)
                    ? Replies.accepted(View.of("image_id", id))
                    : ServerResponse.status(HttpStatus.ACCEPTED)
                        .header("Location", endpoint + "/image/v2/images/" + id)
                        .build());
  }

  /** Guests have no agent that would set it. */
  private Mono<ServerResponse> changePassword(ApiRequest request, JsonBody body) {
    body.object("changePassword").text("adminPass", ServerBodies.NAME_LENGTH);
    return servers
        .act(
            request,
            Act.CHANGE_PASSWORD,
            (transaction, server) ->
                Mono.error(ApiFault.conflict("QEMU guest agent is not enabled")))
        .then(Replies.acceptedEmpty());
  }
}
