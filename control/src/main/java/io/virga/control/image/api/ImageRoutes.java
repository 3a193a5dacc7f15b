package io.virga.control.image.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.image.life.ImageLife;
import io.virga.control.image.model.Image;
import io.virga.control.image.model.Placement;
import io.virga.control.image.store.ImageStore;
import io.virga.control.policy.Caller;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2/images}, but for their bytes. */
public final class ImageRoutes {

  private final Database database;
  private final ImageStore images;
  private final ImageLife life;
  private final URI endpoint;
  private final List<String> storeIds;

  /**
   * @param storeIds the stores that images may be brought to
   */
  public ImageRoutes(
      Database database, ImageStore images, ImageLife life, URI endpoint, List<String> storeIds) {
    this.storeIds = List.copyOf(storeIds);
    this.database = database;
    this.images = images;
    this.life = life;
    this.endpoint = endpoint;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v2/images", Rule.READER, this::list),
        Route.post("/v2/images", Rule.MEMBER, this::create),
        Route.get("/v2/images/{id}", Rule.READER, this::show),
        Route.patch("/v2/images/{id}", Rule.MEMBER, this::update),
        Route.delete("/v2/images/{id}", Rule.MEMBER, this::delete),
        Route.post(
            "/v2/images/{id}/actions/deactivate",
            Rule.MEMBER,
            request -> turn(request, Image.ACTIVE, Image.DEACTIVATED)),
        Route.post(
            "/v2/images/{id}/actions/reactivate",
            Rule.MEMBER,
            request -> turn(request, Image.DEACTIVATED, Image.ACTIVE)),
        Route.put("/v2/images/{id}/tags/{tag}", Rule.MEMBER, this::addTag),
        Route.delete("/v2/images/{id}/tags/{tag}", Rule.MEMBER, this::removeTag));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    ImageListing listing = ImageListing.of(request);
    return images
        .list(database, listing.viewer(), listing.community(), listing.memberStatus())
        .filter(listing::matches)
        .collectList()
        .flatMap(matching -> Replies.ok(listing.view(matching)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return images
        .find(database, Viewer.of(request.caller()), request.id("id", "Image"))
        .flatMap(image -> Replies.ok(ImageViews.view(image)));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> image(request.caller(), body))
        .flatMap(image -> insert(request.caller(), image))
        .flatMap(
            image ->
                Replies.bytes(
                    ServerResponse.status(HttpStatus.CREATED)
                        .location(URI.create(endpoint + "/image/v2/images/" + image.id()))
                        .header(
                            "OpenStack-image-import-methods",
                            String.join(",", ImportRoutes.METHODS))
                        .header("OpenStack-image-store-ids", String.join(",", storeIds)),
                    ImageViews.view(image)));
  }

  private Mono<Image> insert(Caller caller, Image image) {
    return database
        .inTransaction(transaction -> life.insert(transaction, caller, image))
        .thenReturn(image);
  }

  private static Image image(Caller caller, JsonBody body) {
    Optional<String> asked = body.optionalText("id", ImageBodies.NAME_LENGTH);
    UUID id =
        asked
            .map(
                text ->
                    Ids.parse(text)
                        .orElseThrow(() -> ApiFault.badRequest("id: '" + text + "' is not a UUID")))
            .orElseGet(Ids::next);
    String owner = body.optionalText("owner", ImageBodies.NAME_LENGTH).orElseGet(caller::projectId);
    if (!caller.sees(owner)) {
      throw ApiFault.forbidden("You are not permitted to create images owned by '" + owner + "'.");
    }
    Instant now = Instant.now();
    return new Image(
        id,
        owner,
        Image.QUEUED,
        ImageBodies.attributes(body),
        Optional.empty(),
        Placement.NOWHERE,
        now,
        now);
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    return ImagePatch.read(request)
        .flatMap(patch -> change(request, image -> patch.apply(request.caller(), image)))
        .then(show(request));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    UUID id = request.id("id", "Image");
    return database
        .inTransaction(
            transaction ->
                images
                    .lockOwned(transaction, Viewer.of(request.caller()), id)
                    .flatMap(image -> life.delete(transaction, image)))
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> turn(ApiRequest request, String from, String to) {
    UUID id = request.id("id", "Image");
    return database
        .inTransaction(
            transaction ->
                images
                    .lockOwned(transaction, Viewer.of(request.caller()), id)
                    .flatMap(
                        image -> {
                          if (!List.of(from, to).contains(image.status())) {
                            return Mono.error(
                                ApiFault.forbidden(
                                    "An image that is %s cannot become %s."
                                        .formatted(image.status(), to)));
                          }
                          return images.turn(transaction, id, to);
                        }))
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> addTag(ApiRequest request) {
    String tag = request.path("tag");
    return change(
            request,
            image -> {
              List<String> tags = new ArrayList<>(image.attributes().tags());
              if (!tags.contains(tag)) {
                tags.add(tag);
              }
              ImageBodies.checkTags(tags);
              return image.with(image.attributes().tagged(tags));
            })
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> removeTag(ApiRequest request) {
    String tag = request.path("tag");
    return change(
            request,
            image -> {
              List<String> tags = new ArrayList<>(image.attributes().tags());
              if (!tags.remove(tag)) {
                throw ApiFault.notFound("Tag", tag);
              }
              return image.with(image.attributes().tagged(tags));
            })
        .then(Replies.noContent());
  }

  private Mono<Void> change(ApiRequest request, UnaryOperator<Image> change) {
    UUID id = request.id("id", "Image");
    return database.inTransaction(
        transaction ->
            images
                .lockOwned(transaction, Viewer.of(request.caller()), id)
                .flatMap(
                    image ->
                        life.update(transaction, request.caller(), image, change.apply(image))));
  }
}
