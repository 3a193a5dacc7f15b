package io.virga.control.compute.api;

import io.virga.control.database.Database;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.image.SeenImages;
import io.virga.control.image.SeenImages.SeenImage;
import io.virga.control.policy.Rule;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.1/images}, until version 2.35: the image API's images in Nova's form. */
final class ImageRoutes {

  private static final int GONE = 36;
  private static final String SERVER = "instance_uuid";

  private final Database database;
  private final SeenImages images;
  private final ServerViews views;

  ImageRoutes(Database database, SeenImages images, ServerViews views) {
    this.database = database;
    this.images = images;
    this.views = views;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v2.1/images", Rule.READER, request -> list(request, false)),
        Route.get("/v2.1/images/detail", Rule.READER, request -> list(request, true)),
        Route.get("/v2.1/images/{id}", Rule.READER, this::show),
        Route.delete("/v2.1/images/{id}", Rule.MEMBER, this::delete),
        Route.get("/v2.1/images/{id}/metadata", Rule.READER, this::metadata));
  }

  private Mono<ServerResponse> list(ApiRequest request, boolean detailed) {
    Microversion.requireBefore(request, GONE);
    return images
        .list(database, request.caller())
        .filter(image -> is(request, "name", image.name().orElse("")))
        .filter(image -> is(request, "status", status(image)))
        .collectList()
        .flatMap(
            all ->
                Replies.ok(
                    Page.of(request)
                        .of(all, image -> image.id().toString())
                        .map(image -> detailed ? whole(image) : brief(image))
                        .view("images")));
  }

  private static boolean is(ApiRequest request, String name, String value) {
    return request.query(name).map(value::equalsIgnoreCase).orElse(true);
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return find(request).flatMap(image -> Replies.ok(View.of("image", whole(image))));
  }

  private Mono<ServerResponse> metadata(ApiRequest request) {
    return find(request).flatMap(image -> Replies.ok(View.of("metadata", image.properties())));
  }

  private Mono<SeenImage> find(ApiRequest request) {
    Microversion.requireBefore(request, GONE);
    return images.find(database, request.caller(), request.id("id", "Image"));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    Microversion.requireBefore(request, GONE);
    return database
        .inTransaction(
            transaction -> images.delete(transaction, request.caller(), request.id("id", "Image")))
        .then(Replies.noContent());
  }

  private View brief(SeenImage image) {
    return View.of("id", image.id())
        .with("name", image.name())
        .with("links", views.links("images", image.id().toString()));
  }

  private View whole(SeenImage image) {
    View view =
        brief(image)
            .with("status", status(image))
            .with("progress", progress(image))
            .with("minDisk", image.minDiskGib())
            .with("minRam", image.minRamMib())
            .with("OS-EXT-IMG-SIZE:size", image.sizeBytes())
            .with("created", Times.text(image.createdAt()))
            .with("updated", Times.text(image.updatedAt()))
            .with("metadata", image.properties());
    Optional.ofNullable(image.properties().get(SERVER))
        .ifPresent(
            id -> view.with("server", View.of("id", id).with("links", views.links("servers", id))));
    return view;
  }

  private static String status(SeenImage image) {
    return switch (image.status()) {
      case "active" -> "ACTIVE";
      case "queued", "saving", "uploading", "importing" -> "SAVING";
      case "killed" -> "ERROR";
      default -> "UNKNOWN";
    };
  }

  private static int progress(SeenImage image) {
    return switch (image.status()) {
      case "active" -> 100;
      case "saving" -> 50;
      case "queued" -> 25;
      default -> 0;
    };
  }
}
