package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.compute.server.ServerLife;
import io.virga.control.foundation.Foundation;
import io.virga.control.http.ApiService;
import io.virga.control.image.SeenImages;
import io.virga.control.image.life.ImageLife;
import io.virga.control.image.objects.Stores;
import io.virga.control.image.store.ImageStore;
import io.virga.control.image.store.PurgeStore;
import io.virga.control.network.NetworkService;
import io.virga.control.testing.TestApi;
import io.virga.control.testing.TestApi.Answer;
import io.virga.control.volume.InstanceVolumes;
import io.virga.control.watch.ObservedHandler;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.tls.TestAuthority;
import io.virga.dataplane.watch.ObservedState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Nova's API over a real database, with one host that can hold four small servers. */
abstract class ComputeFixture {

  static final Duration SOON = Duration.ofSeconds(20);
  static final String ROOT = "/compute/v2.1/";
  static final String HOST = "one";
  private static final String STARTED = "2030-01-01T00:00:00Z";

  /** Made once for all tests. */
  static final class Certificate {
    static final TestAuthority AUTHORITY = new TestAuthority(folder());
    static final ProcessIdentity OF_CONTROL = AUTHORITY.identity("control", "one");

    private static Path folder() {
      try {
        return Files.createTempDirectory("virga-compute-tls-");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final AtomicReference<ObservedHandler> reports = new AtomicReference<>();
  final AtomicReference<List<ObservedHandler>> volumeReports = new AtomicReference<>(List.of());
  final RootDisksOnly disks = new RootDisksOnly();
  final TestApi api = TestApi.start(this::services);
  final String token = api.token("tenant", "member", "reader");

  private List<ApiService> services(TestApi started) {
    Foundation foundation = started.foundation();
    NetworkService networks =
        new NetworkService(foundation.database(), foundation.desired(), foundation.quota());
    List<ApiService> all = new ArrayList<>(List.of(networks));
    ComputeService compute =
        new ComputeService(
            foundation,
            new ServerLife.Neighbours(
                new OneBootImage(),
                SeenImages.of(
                    new ImageStore(),
                    new ImageLife(
                        new ImageStore(),
                        new PurgeStore(List.of(Stores.OBJECTS), Stores.OBJECTS),
                        foundation.quota())),
                volumes(started, all),
                networks.instancePorts()),
            Certificate.OF_CONTROL,
            offloadsShelved());
    reports.set(compute.reports());
    all.add(compute);
    return all;
  }

  /** Whether the places of shelved servers are given back at once; asked while it is made. */
  boolean offloadsShelved() {
    return true;
  }

  /** The disks of servers; adds the services that they come from. */
  InstanceVolumes volumes(TestApi started, List<ApiService> services) {
    return disks;
  }

  @BeforeEach
  void connectAHost() {
    connect(HOST, 2048);
  }

  void connect(String host, long mebibytes) {
    for (String service : List.of("compute-agent", "blockstore", "netagent")) {
      api.foundation().hosts().connected(new PeerIdentity(service, host)).block(SOON);
    }
    api.database()
        .sql(
            "UPDATE host SET vcpus = 4, memory_bytes = :memory WHERE service = 'compute-agent' AND"
                + " name = :name")
        .bind("name", host)
        .bind("memory", mebibytes << 20)
        .execute()
        .block(SOON);
  }

  @AfterEach
  void close() {
    api.close();
  }

  Answer answer(String id, Map<String, Object> action) {
    return api.post(ROOT + "servers/" + id + "/action", token, action);
  }

  /** A GET with a microversion. */
  Answer versioned(String version, String path) {
    return api.send(version(version, path));
  }

  /** A request with a microversion. */
  HttpRequest.Builder version(String version, String path) {
    return api.request(ROOT + path)
        .header("X-Auth-Token", token)
        .header("OpenStack-API-Version", "compute " + version);
  }

  static HttpRequest.BodyPublisher json(Object body) {
    return HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body));
  }

  /** The tenant's only network, 10.9.0.0/24; its id. */
  String network() {
    String network =
        api.post("/network/v2.0/networks", token, Map.of("network", Map.of("name", "net")))
            .at("/network/id");
    Map<String, Object> subnet =
        Map.of("network_id", network, "cidr", "10.9.0.0/24", "ip_version", 4);
    assertThat(api.post("/network/v2.0/subnets", token, Map.of("subnet", subnet)).status())
        .isEqualTo(201);
    return network;
  }

  int act(String id, Map<String, Object> action) {
    return api.post(ROOT + "servers/" + id + "/action", token, action).status();
  }

  String status(String id) {
    return api.get(ROOT + "servers/" + id, token).at("/server/status");
  }

  String running() {
    String id = create();
    report(id, 1, ObservedState.Status.READY, "running");
    assertThat(status(id)).isEqualTo("ACTIVE");
    return id;
  }

  String create() {
    return create(body("vm", "1"));
  }

  String create(Map<String, Object> body) {
    return create(token, body);
  }

  String create(String by, Map<String, Object> body) {
    Answer made = api.post(ROOT + "servers", by, Map.of("server", body));
    assertThat(made.status()).as(made.text()).isEqualTo(202);
    return made.at("/server/id");
  }

  static Map<String, Object> body(String name, String flavor) {
    return new LinkedHashMap<>(
        Map.of("name", name, "flavorRef", flavor, "imageRef", UUID.randomUUID().toString()));
  }

  void report(String id, long generation, ObservedState.Status status, String power) {
    observe(HOST, id, generation, status, power);
  }

  void observe(String host, String id, long generation, ObservedState.Status status, String power) {
    Map<String, String> details =
        power.isEmpty() ? Map.of() : Map.of("power", power, "startedAt", STARTED);
    Optional<String> error =
        status == ObservedState.Status.FAILED ? Optional.of("broken") : Optional.empty();
    take(host, new ObservedState("instance", id, generation, status, error, details));
  }

  void letGo(String id, long generation, String volume) {
    Map<String, String> details =
        Map.of("power", "running", "startedAt", STARTED, "diskDetached:" + volume, "true");
    take(
        HOST,
        new ObservedState(
            "instance", id, generation, ObservedState.Status.READY, Optional.empty(), details));
  }

  /** What the block store of the host says of a volume. */
  void reportVolume(String id, long generation, ObservedState.Status status) {
    reportBlock(new ObservedState("volume", id, generation, status, Optional.empty(), Map.of()));
  }

  /** The block store has taken a snapshot. */
  void reportSnapshot(String id) {
    reportBlock(
        new ObservedState(
            "snapshot", id, 1, ObservedState.Status.READY, Optional.empty(), Map.of()));
  }

  private void reportBlock(ObservedState state) {
    for (ObservedHandler handler : Optional.ofNullable(volumeReports.get()).orElseThrow()) {
      if (handler.kind().equals(state.kind())) {
        api.database()
            .inTransaction(tx -> handler.observed(tx, new PeerIdentity("blockstore", HOST), state))
            .block(SOON);
      }
    }
  }

  void take(String host, ObservedState state) {
    ObservedHandler handler = Optional.ofNullable(reports.get()).orElseThrow();
    api.database()
        .inTransaction(tx -> handler.observed(tx, new PeerIdentity("compute-agent", host), state))
        .block(SOON);
  }

  long claimedMebibytes() {
    return api.database()
        .sql("SELECT ram_mib FROM compute_claim")
        .one(row -> row.number("ram_mib"))
        .blockOptional(SOON)
        .orElseThrow();
  }

  <T extends DesiredState> List<T> told(Class<T> type) {
    return api.told(HOST, type);
  }

  <T extends DesiredState> T only(Class<T> type) {
    List<T> all = told(type);
    assertThat(all).hasSize(1);
    return all.getFirst();
  }
}
