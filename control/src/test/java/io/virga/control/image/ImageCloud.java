package io.virga.control.image;

import io.virga.control.foundation.ObjectStore;
import io.virga.control.image.objects.StoreSettings;
import io.virga.control.image.upload.DownloadRules;
import io.virga.control.image.upload.ImportLimits;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.testing.TestApi;
import io.virga.control.testing.TestApi.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import reactor.netty.resources.LoopResources;

/** The image API over an object store of its own. */
final class ImageCloud implements AutoCloseable {

  static final Duration TIMEOUT = Duration.ofSeconds(30);
  static final long MAX_UPLOAD_BYTES = 40L << 20;

  private final LoopResources loops = LoopResources.create("images", 1, true);
  private final SmallObjectStore store = new SmallObjectStore(loops);
  private final AtomicReference<ImageService> service = new AtomicReference<>();
  private final TestApi api;

  ImageCloud(Path folder) {
    this(folder, StoreSettings.NONE);
  }

  ImageCloud(Path folder, StoreSettings stores) {
    api =
        TestApi.start(
            test -> {
              service.set(service(test, folder, stores));
              return List.of(service());
            });
  }

  private ImageService service(TestApi test, Path folder, StoreSettings stores) {
    try {
      return new ImageService(
          test.foundation(),
          new ImageService.Environment(
              "control",
              folder,
              objectStore(),
              stores,
              loops,
              new ImportLimits(MAX_UPLOAD_BYTES, 1L << 30),
              new DownloadRules(List.of(IpPrefix.parse("127.0.0.1/32").orElseThrow()))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ImageService service() {
    return Objects.requireNonNull(service.get());
  }

  TestApi api() {
    return api;
  }

  SmallObjectStore store() {
    return store;
  }

  BootImages bootImages() {
    return service().bootImages();
  }

  DiskImages diskImages() {
    return service().diskImages();
  }

  String token(String project) {
    return api.token(project, "member", "reader");
  }

  /** A queued image of the project. */
  String queued(String project, String format, Object... more) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", "guest");
    body.put("disk_format", format);
    body.put("container_format", "bare");
    for (int i = 0; i < more.length; i += 2) {
      body.put((String) more[i], more[i + 1]);
    }
    return api.post("/image/v2/images", token(project), body).at("/id");
  }

  Answer upload(String project, String id, HttpRequest.BodyPublisher body) {
    return send(project, id, "file", body);
  }

  Answer stage(String project, String id, HttpRequest.BodyPublisher body) {
    return send(project, id, "stage", body);
  }

  private Answer send(String project, String id, String where, HttpRequest.BodyPublisher body) {
    return api.send(
        api.request("/image/v2/images/" + id + "/" + where)
            .PUT(body)
            .header("X-Auth-Token", token(project))
            .header("Accept", "application/json")
            .header("Content-Type", "application/octet-stream"));
  }

  Answer show(String project, String id) {
    return api.get("/image/v2/images/" + id, token(project));
  }

  /** Removes what may be removed now. */
  void purge() {
    service().purge().run().block(TIMEOUT);
  }

  private ObjectStore objectStore() {
    return new ObjectStore(URI.create(store.address()), "service", () -> "the token");
  }

  /** The path of one of an image's objects. */
  static String object(String id, String part) {
    return "/v1/AUTH_service/images/" + id + "/" + part;
  }

  @Override
  public void close() {
    api.close();
    service().close();
    store.close();
    loops.dispose();
  }
}
