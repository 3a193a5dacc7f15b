package io.virga.control.image.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.image.model.Image;
import io.virga.control.image.store.ImageStore;
import io.virga.control.image.store.PurgeStore;
import io.virga.control.policy.Caller;
import io.virga.control.policy.Rule;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2/images}, but for their bytes. */
public final class ImageRoutes {

  private final Database database;
  private final ImageStore images;
  private final PurgeStore purges;
  private final Quota quota;
  private final URI endpoint;

  public ImageRoutes(
      Database database, ImageStore images, PurgeStore purges, Quota quota, URI endpoint) {
    this.database = database;
    this.images = images;
    this.purges = purges;
    this.quota = quota;
    this.endpoint = endpoint;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v2/images", Rule.READER, this::list),
        Route.post("/v2/images", Rule.MEMBER, this::create),
        Route.get("/v2/images/{id}", Rule.READER, this::show),
        Route.patch("/v2/images/{id}", Rule.MEMBER, this::update),
        Route.delete("/v2/images/{id}", Rule.MEMBER, this::delete),
        Route.put("/v2/images/{id}/tags/{tag}", Rule.MEMBER, this::addTag),
        Route.delete("/v2/images/{id}/tags/{tag}", Rule.MEMBER, this::removeTag));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    ImageListing listing = ImageListing.of(request);
    return images
        .list(database, listing.viewer())
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
                        .header("OpenStack-image-import-methods", ""),
                    ImageViews.view(image)));
  }

  private Mono<Image> insert(Caller caller, Image image) {
    checkVisibility(caller, image.attributes().visibility());
    return database
        .inTransaction(
            transaction ->
                purges
                    .isWaiting(transaction, image.id())
                    .filter(waiting -> !waiting)
                    .switchIfEmpty(Mono.error(() -> taken(image.id())))
                    .then(quota.claim(transaction, image.projectId(), Resource.IMAGES, 1))
                    .then(Mono.defer(() -> images.insert(transaction, image)))
                    .thenReturn(image))
        .onErrorMap(DuplicateKeyException.class, e -> taken(image.id()));
  }

  private static ApiFault taken(UUID id) {
    return ApiFault.conflict("Image ID " + id + " already exists!");
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
        id, owner, Image.QUEUED, ImageBodies.attributes(body), Optional.empty(), now, now);
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    return ImagePatch.read(request)
        .flatMap(
            patch ->
                change(
                    request,
                    image -> {
                      Image changed = patch.apply(image);
                      if (!changed
                          .attributes()
                          .visibility()
                          .equals(image.attributes().visibility())) {
                        checkVisibility(request.caller(), changed.attributes().visibility());
                      }
                      return changed;
                    }))
        .then(show(request));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    UUID id = request.id("id", "Image");
    return database
        .inTransaction(
            transaction ->
                images
                    .lockOwned(transaction, Viewer.of(request.caller()), id)
                    .flatMap(image -> delete(transaction, image)))
        .then(Replies.noContent());
  }

  /** The row goes at once, the objects when nobody reads them any more. */
  private Mono<Void> delete(Transaction transaction, Image image) {
    if (image.attributes().isProtected()) {
      return Mono.error(
          ApiFault.forbidden("Image " + image.id() + " is protected and cannot be deleted."));
    }
    return images
        .delete(transaction, image.id())
        .then(purges.add(transaction, image.id()))
        .then(quota.release(transaction, image.projectId(), Resource.IMAGES, 1));
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
                .flatMap(image -> images.update(transaction, change.apply(image))));
  }

  private static void checkVisibility(Caller caller, String visibility) {
    if (visibility.equals("public") && !caller.isAdmin()) {
      throw ApiFault.forbidden("You are not authorized to complete publicize_image action.");
    }
  }
}
