package io.virga.control.volume;

import io.virga.control.fault.ApiFault;
import io.virga.control.identity.token.LocalAuthenticator;
import io.virga.control.image.BootImages;
import io.virga.control.policy.Caller;
import io.virga.control.testing.TestApi;
import io.virga.control.watch.ObservedStates;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.VolumeSource;
import io.virga.dataplane.desired.VolumeSpec;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.ObservedState.Status;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The volume API, and hands that play the block stores of the hosts {@code near} and {@code far}.
 */
final class VolumeCloud implements AutoCloseable {

  static final Duration TIMEOUT = Duration.ofSeconds(20);
  static final String PORTAL = "127.0.0.1:8721";
  private static final Map<String, String> PORTALS =
      Map.of("iscsiPortal", PORTAL, "nbdUrl", "nbd://127.0.0.1:8720");
  static final String IMAGE = "5ba7f62c-3d36-4bd4-a6c4-9ce5c9a2f6f1";
  static final VolumeSource.Image IMAGE_SOURCE =
      new VolumeSource.Image(IMAGE, 3L << 30, "/v1/AUTH_service/images/" + IMAGE + "/raw");

  private final MadeImages made = new MadeImages();
  private final AtomicReference<VolumeService> service = new AtomicReference<>();
  private final TestApi api;
  private final ObservedStates intake;

  VolumeCloud() {
    BootImages images =
        (session, caller, id) ->
            id.equals(IMAGE)
                ? Mono.just(new BootImages.BootImage(id, "guest", 0, 0, IMAGE_SOURCE))
                : Mono.error(ApiFault.badRequest("Image " + id + " could not be found."));
    api =
        TestApi.start(
            test -> {
              service.set(
                  new VolumeService(
                      test.foundation(),
                      new VolumeService.Images(images, made, made::contents, "control")));
              return List.of(service());
            });
    intake = new ObservedStates(api.database(), service().reports());
    host("near", 200, PORTALS);
    host("far", 100, Map.of());
  }

  private VolumeService service() {
    return Objects.requireNonNull(service.get());
  }

  /** Images that are made of volumes. */
  MadeImages made() {
    return made;
  }

  TestApi api() {
    return api;
  }

  InstanceVolumes instanceVolumes() {
    return service().instanceVolumes();
  }

  private void host(String name, long gib, Map<String, String> details) {
    api.database()
        .sql(
            """
            INSERT INTO host (service, name, connected_to, disk_bytes, details)
            VALUES ('blockstore', :name, 'test', :bytes, CAST(:details AS jsonb))
            """)
        .bind("name", name)
        .bind("bytes", gib << 30)
        .bindJson("details", details)
        .execute()
        .block(TIMEOUT);
  }

  /** What the host is told of a volume. */
  VolumeSpec spec(String id, String host) {
    return told(id, host, VolumeSpec.class).orElseThrow();
  }

  <T extends DesiredState> Optional<T> told(String id, String host, Class<T> type) {
    return api.told(host, type).stream().filter(spec -> spec.id().equals(id)).findFirst();
  }

  void report(String host, Kind kind, String id, long generation, Status status) {
    report(
        host,
        new ObservedState(
            kind.wireName(),
            id,
            generation,
            status,
            status == Status.FAILED ? Optional.of("the block store is full") : Optional.empty(),
            Map.of()));
  }

  void report(String host, ObservedState state) {
    intake.take(new PeerIdentity("blockstore", host), List.of(state)).block(TIMEOUT);
  }

  /** A volume of the project that its host has made. */
  String available(String project, long gib) {
    String id =
        api.post(
                "/volume/v3/" + project + "/volumes",
                api.token(project, "member", "reader"),
                Map.of("volume", Map.of("size", gib)))
            .at("/volume/id");
    report("near", Kind.VOLUME, id, 1, Status.READY);
    return id;
  }

  /** Likewise, of a type that is opened over iSCSI. */
  String availableOverIscsi(String project) {
    String type = "over-iscsi-" + project;
    Map<String, Object> specs = Map.of("storage_protocol", "iSCSI");
    admin(
        "POST",
        project,
        "types",
        Map.of("volume_type", Map.of("name", type, "extra_specs", specs)));
    String id =
        member("POST", project, "volumes", Map.of("volume", Map.of("size", 1, "volume_type", type)))
            .at("/volume/id");
    report("near", Kind.VOLUME, id, 1, Status.READY);
    return id;
  }

  /** The compute service attaches the volume. */
  void attach(String project, String volume, String server) {
    Caller caller =
        new LocalAuthenticator(api.verifier()).authenticate(api.token(project, "member", "reader"));
    InstanceVolumes.Attachment attachment =
        new InstanceVolumes.Attachment(volume, server, "near", "vdb", false);
    api.database()
        .inTransaction(t -> instanceVolumes().attach(t, caller, attachment))
        .block(TIMEOUT);
  }

  /** The block store of {@code near} says that it is reached nowhere. */
  void forgetPortals() {
    portals("near", Map.of());
  }

  /** It says that it is reached over TLS. */
  void encrypted() {
    portals("near", Map.of("nbdUrl", "nbds://198.18.0.2:8720"));
  }

  void tellPortals() {
    portals("near", PORTALS);
  }

  private void portals(String host, Map<String, String> details) {
    api.database()
        .sql("UPDATE host SET details = CAST(:details AS jsonb) WHERE name = :name")
        .bindJson("details", details)
        .bind("name", host)
        .execute()
        .block(TIMEOUT);
  }

  /** A request of a version, as a member. */
  TestApi.Answer at(
      String version, String method, String project, String path, @Nullable Object body) {
    return send(version, method, path(project, path), api.token(project, "member", "reader"), body);
  }

  /** Likewise as the project's administrator. */
  TestApi.Answer adminAt(
      String version, String method, String project, String path, @Nullable Object body) {
    String token = api.token(project, "admin", "member", "reader");
    return send(version, method, path(project, path), token, body);
  }

  private static String path(String project, String path) {
    return "/volume/v3/" + project + "/" + path;
  }

  private TestApi.Answer send(
      String version, String method, String path, String token, @Nullable Object body) {
    HttpRequest.BodyPublisher content =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body));
    return api.send(
        api.request(path)
            .method(method, content)
            .header("X-Auth-Token", token)
            .header("OpenStack-API-Version", "volume " + version));
  }

  /** A request as the project's administrator; the path is below the project's. */
  TestApi.Answer admin(String method, String project, String path, @Nullable Object body) {
    return call(method, project, path, body, "admin", "member", "reader");
  }

  /** Likewise as a member. */
  TestApi.Answer member(String method, String project, String path, @Nullable Object body) {
    return call(method, project, path, body, "member", "reader");
  }

  private TestApi.Answer call(
      String method, String project, String path, @Nullable Object body, String... roles) {
    return api.call(method, path(project, path), api.token(project, roles), body);
  }

  @Override
  public void close() {
    service().close();
    api.close();
  }
}
