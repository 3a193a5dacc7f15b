package io.virga.control.image.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.image.model.Destination;
import io.virga.control.image.model.Image;
import io.virga.control.image.model.ImportTask;
import io.virga.control.image.objects.Stores;
import io.virga.control.image.store.ImageStore;
import io.virga.control.image.store.TaskStore;
import io.virga.control.image.upload.Imports;
import io.virga.control.image.upload.Records;
import io.virga.control.image.upload.Uploads;
import io.virga.control.image.view.Times;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2/images/{id}/stage}, {@code import} and {@code tasks}. */
public final class ImportRoutes {

  /** Glance's names of the methods that there are. */
  static final List<String> METHODS =
      List.of(ImportTask.Source.STAGED, ImportTask.Source.WEB, ImportTask.Source.COPY);

  private static final int URI_LENGTH = 2048;

  private final Database database;
  private final ImageStore images;
  private final TaskStore tasks;
  private final Stores stores;
  private final Uploads uploads;
  private final Imports imports;

  public ImportRoutes(
      Database database, Records records, Stores stores, Uploads uploads, Imports imports) {
    this.database = database;
    this.images = records.images();
    this.tasks = records.tasks();
    this.stores = stores;
    this.uploads = uploads;
    this.imports = imports;
  }

  public List<Route> routes() {
    return List.of(
        Route.put("/v2/images/{id}/stage", Rule.MEMBER, this::stage),
        Route.post("/v2/images/{id}/import", Rule.MEMBER, this::begin),
        Route.get("/v2/images/{id}/tasks", Rule.READER, this::tasks));
  }

  private Mono<ServerResponse> stage(ApiRequest request) {
    return FileRoutes.octets(request)
        .flatMap(bytes -> owned(request).flatMap(image -> uploads.stage(image, bytes)))
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> begin(ApiRequest request) {
    return request
        .json()
        .flatMap(
            body -> {
              ImportTask.Source source = source(body);
              Destination to = Destinations.of(body, stores);
              return owned(request)
                  .flatMap(image -> imports.start(image, task(request, image, source, to)));
            })
        .then(Replies.acceptedEmpty());
  }

  private static ImportTask.Source source(JsonBody body) {
    JsonBody method = body.object("method");
    String name = method.text("name", ImageBodies.NAME_LENGTH);
    return switch (name) {
      case ImportTask.Source.STAGED -> new ImportTask.Source.Staged();
      case ImportTask.Source.WEB -> new ImportTask.Source.Web(uri(method.text("uri", URI_LENGTH)));
      case ImportTask.Source.COPY -> new ImportTask.Source.Copy();
      default ->
          throw ApiFault.badRequest(
              "Unknown import method name '%s'; there are %s."
                  .formatted(name, String.join(", ", METHODS)));
    };
  }

  private static URI uri(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw ApiFault.badRequest("uri: '" + text + "' is no address: " + e.getMessage());
    }
  }

  private static ImportTask task(
      ApiRequest request, Image image, ImportTask.Source source, Destination asked) {
    Instant now = Instant.now();
    if (source instanceof ImportTask.Source.Copy && !request.caller().isAdmin()) {
      throw ApiFault.forbidden("Only an administrator copies images between stores.");
    }
    return new ImportTask(
        Ids.next(),
        image.id(),
        image.projectId(),
        request.caller().userId(),
        request.requestId(),
        source,
        asked,
        ImportTask.PROCESSING,
        "",
        now,
        now);
  }

  private Mono<ServerResponse> tasks(ApiRequest request) {
    UUID id = request.id("id", "Image");
    return owned(request)
        .flatMap(image -> tasks.list(database, id).map(ImportRoutes::view).collectList())
        .flatMap(all -> Replies.ok(View.of("tasks", all)));
  }

  private static View view(ImportTask task) {
    View method = View.of("name", task.source().method());
    task.source().uri().ifPresent(uri -> method.with("uri", uri));
    return View.of("id", task.id())
        .with("type", "api_image_import")
        .with("status", task.status())
        .with("message", task.message())
        .with("image_id", task.imageId())
        .with("owner", task.projectId())
        .with("user_id", task.userId())
        .with("request_id", task.requestId())
        .with(
            "input",
            View.of("image_id", task.imageId())
                .with(
                    "import_req",
                    View.of("method", method)
                        .with("stores", task.destination().stores())
                        .with("all_stores_must_succeed", task.destination().allMustSucceed())))
        .with("result", View.of("image_id", task.imageId()))
        .with("created_at", Times.text(task.createdAt()))
        .with("updated_at", Times.text(task.updatedAt()));
  }

  private Mono<Image> owned(ApiRequest request) {
    return images.findOwned(database, Viewer.of(request.caller()), request.id("id", "Image"));
  }
}
