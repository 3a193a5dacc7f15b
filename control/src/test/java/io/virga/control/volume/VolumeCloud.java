package io.virga.control.volume;

import io.virga.control.fault.ApiFault;
import io.virga.control.image.BootImages;
import io.virga.control.testing.TestApi;
import io.virga.control.watch.ObservedStates;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.VolumeSource;
import io.virga.dataplane.desired.VolumeSpec;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.ObservedState.Status;
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
  static final String IMAGE = "5ba7f62c-3d36-4bd4-a6c4-9ce5c9a2f6f1";
  static final VolumeSource.Image IMAGE_SOURCE =
      new VolumeSource.Image(IMAGE, 3L << 30, "/v1/AUTH_service/images/" + IMAGE + "/raw");

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
              service.set(new VolumeService(test.foundation(), images));
              return List.of(service());
            });
    intake = new ObservedStates(api.database(), service().reports());
    host("near", 200);
    host("far", 100);
  }

  private VolumeService service() {
    return Objects.requireNonNull(service.get());
  }

  TestApi api() {
    return api;
  }

  InstanceVolumes instanceVolumes() {
    return service().instanceVolumes();
  }

  private void host(String name, long gib) {
    api.database()
        .sql(
            """
            INSERT INTO host (service, name, connected_to, disk_bytes)
            VALUES ('blockstore', :name, 'test', :bytes)
            """)
        .bind("name", name)
        .bind("bytes", gib << 30)
        .execute()
        .block(TIMEOUT);
  }

  /** What the host is told of a volume. */
  VolumeSpec spec(String id, String host) {
    return told(id, host, VolumeSpec.class).orElseThrow();
  }

  <T extends DesiredState> Optional<T> told(String id, String host, Class<T> type) {
    return Optional.ofNullable(
        api.database()
            .inTransaction(
                transaction ->
                    api.foundation()
                        .desired()
                        .current(transaction, host, type)
                        .filter(spec -> spec.id().equals(id))
                        .next())
            .block(TIMEOUT));
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
    return api.call(method, "/volume/v3/" + project + "/" + path, api.token(project, roles), body);
  }

  @Override
  public void close() {
    api.close();
  }
}
