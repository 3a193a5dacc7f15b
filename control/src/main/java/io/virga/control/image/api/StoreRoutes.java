package io.virga.control.image.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.image.model.Image;
import io.virga.control.image.model.Placement;
import io.virga.control.image.objects.Stores;
import io.virga.control.image.upload.Records;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Which stores there are, and {@code /v2/stores/{store}/{id}}: an image in one of them. */
public final class StoreRoutes {

  private final Database database;
  private final Records records;
  private final Stores stores;

  public StoreRoutes(Database database, Records records, Stores stores) {
    this.database = database;
    this.records = records;
    this.stores = stores;
  }

  public List<Route> routes() {
    return List.of(
        Route.get(
            "/v2/info/stores",
            Rule.LOGGED_IN,
            request -> list(stores.all().stream().map(StoreRoutes::view).toList())),
        Route.get(
            "/v2/info/stores/detail",
            Rule.ADMIN,
            request -> list(stores.all().stream().map(StoreRoutes::detail).toList())),
        Route.delete("/v2/stores/{store}/{id}", Rule.MEMBER, this::delete));
  }

  private static Mono<ServerResponse> list(List<View> views) {
    return Replies.ok(View.of("stores", views));
  }

  private static View view(Stores.Store store) {
    View view = View.of("id", store.id()).with("description", store.description());
    return store.isDefault() ? view.with("default", "true") : view;
  }

  private static View detail(Stores.Store store) {
    return view(store).with("type", store.type()).with("properties", store.properties());
  }

  /** The last store that an image is in keeps it. */
  private Mono<ServerResponse> delete(ApiRequest request) {
    String store = request.path("store");
    return database
        .inTransaction(
            transaction ->
                records
                    .images()
                    .lockOwned(transaction, Viewer.of(request.caller()), request.id("id", "Image"))
                    .map(image -> removable(image, store))
                    .flatMap(image -> leave(transaction, image, store)))
        .then(Replies.noContent());
  }

  private Mono<Void> leave(Transaction transaction, Image image, String store) {
    return records
        .placements()
        .leave(transaction, image.id(), store)
        .then(Mono.defer(() -> records.purges().add(transaction, image.id(), List.of(store))));
  }

  private static Image removable(Image image, String store) {
    Placement placement = image.placement();
    if (!placement.stores().contains(store)) {
      throw ApiFault.notFound("Image " + image.id() + " in store", store);
    }
    if (image.attributes().isProtected()) {
      throw ApiFault.forbidden("Image " + image.id() + " is protected and cannot be deleted.");
    }
    if (!image.status().equals(Image.ACTIVE)
        || placement.progress().filter(progress -> !progress.waiting().isEmpty()).isPresent()) {
      throw ApiFault.conflict(
          "Image %s is not active, or is being copied: it stays where it is."
              .formatted(image.id()));
    }
    if (placement.stores().size() == 1) {
      throw ApiFault.forbidden(
          "Image %s is in the store %s alone; to lose it, delete the image."
              .formatted(image.id(), store));
    }
    return image;
  }
}
