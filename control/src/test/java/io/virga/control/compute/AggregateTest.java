package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.compute.store.Placement;
import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.watch.ObservedState;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Aggregates, the availability zones that they make, and what projects have used. */
final class AggregateTest extends ComputeFixture {

  private static final String AGGREGATES = ROOT + "os-aggregates";

  private final String admin = api.token("of-admin", "admin", "member", "reader");

  @Test
  void makesAZoneThatServersAreAskedInto() {
    connect("two", 4096);
    String id = aggregate("east", "east");
    assertThat(act(id, "add_host", HOST).status()).isEqualTo(200);
    Answer zones = api.get(ROOT + "os-availability-zone", token);
    assertThat(zones.text()).contains("\"zoneName\":\"east\"", "\"zoneName\":\"nova\"");
    Map<String, Object> body = body("vm", "1");
    body.put("availability_zone", "east");
    String server = create(body);
    Answer shown = api.get(ROOT + "servers/" + server, admin);
    assertThat(shown.at("/server/OS-EXT-SRV-ATTR:host")).isEqualTo(HOST);
    assertThat(shown.at("/server/OS-EXT-AZ:availability_zone")).isEqualTo("east");
    body.put("availability_zone", "nova");
    String other = create(body);
    assertThat(api.get(ROOT + "servers/" + other, admin).at("/server/OS-EXT-SRV-ATTR:host"))
        .isEqualTo("two");
    body.put("availability_zone", "west");
    assertThat(api.post(ROOT + "servers", token, Map.of("server", body)).status()).isEqualTo(400);
    body.put("availability_zone", "east");
    body.put("flavorRef", "3");
    assertThat(status(create(body))).as("full, though another zone has room").isEqualTo("ERROR");
    Answer services = api.get(ROOT + "os-services?host=" + HOST, admin);
    assertThat(services.at("/services/0/zone")).isEqualTo("east");
  }

  @Test
  void keepsHostsInOneZoneWhileServersAreThere() {
    String east = aggregate("east", "east");
    String west = aggregate("west", "west");
    assertThat(act(east, "add_host", HOST).status()).isEqualTo(200);
    assertThat(act(east, "add_host", HOST).status()).isEqualTo(409);
    assertThat(act(west, "add_host", HOST).status()).isEqualTo(409);
    assertThat(act(east, "add_host", "nobody").status()).isEqualTo(404);
    create();
    assertThat(act(east, "remove_host", HOST).status()).isEqualTo(409);
    Map<String, Object> moved = Map.of("aggregate", Map.of("availability_zone", "north"));
    assertThat(api.put(AGGREGATES + "/" + east, admin, moved).status()).isEqualTo(409);
    assertThat(api.delete(AGGREGATES + "/" + east, admin).status()).isEqualTo(400);
    assertThat(api.delete(AGGREGATES + "/" + west, admin).status()).isEqualTo(200);
    assertThat(api.get(AGGREGATES + "/" + west, admin).status()).isEqualTo(404);
  }

  @Test
  void waitsForServersThatAreBeingPlacedBeforeAHostLeavesItsZone() {
    String east = aggregate("east", "east");
    assertThat(act(east, "add_host", HOST).status()).isEqualTo(200);
    String server = create(body("large", "5"));
    assertThat(status(server)).as("nowhere yet").isEqualTo("ERROR");
    Placement placement = new Placement();
    CompletableFuture<Answer> removed = new CompletableFuture<>();
    api.database()
        .inTransaction(
            tx ->
                placement
                    .lock(tx)
                    .then(
                        tx.sql("UPDATE server SET host = :host WHERE id = :id")
                            .bind("host", HOST)
                            .bind("id", UUID.fromString(server))
                            .execute())
                    .doOnNext(rows -> removed.completeAsync(() -> act(east, "remove_host", HOST)))
                    .then(someoneWaits()))
        .block(SOON);
    assertThat(removed.join().status()).isEqualTo(409);
    assertThat(api.get(AGGREGATES + "/" + east, admin).at("/aggregate/hosts/0")).isEqualTo(HOST);
  }

  /** Completes when a transaction waits for the lock of placement. */
  private Mono<Long> someoneWaits() {
    return Flux.interval(Duration.ofMillis(20))
        .onBackpressureDrop()
        .concatMap(
            tick ->
                api.database()
                    .sql(
                        """
                        SELECT count(*) AS waiting FROM pg_locks
                         WHERE locktype = 'advisory' AND NOT granted
                           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                        """)
                    .one(row -> row.number("waiting")))
        .filter(waiting -> waiting > 0)
        .next()
        .timeout(SOON.dividedBy(2));
  }

  @Test
  void keepsMetadataAndNames() {
    String id = aggregate("fast", null);
    Map<String, Object> items = new HashMap<>(Map.of("ssd", "true", "availability_zone", "quick"));
    Answer set =
        api.post(
            AGGREGATES + "/" + id + "/action",
            admin,
            Map.of("set_metadata", Map.of("metadata", items)));
    assertThat(set.at("/aggregate/availability_zone")).as(set.text()).isEqualTo("quick");
    assertThat(set.at("/aggregate/metadata/ssd")).isEqualTo("true");
    items.put("ssd", null);
    api.post(
        AGGREGATES + "/" + id + "/action",
        admin,
        Map.of("set_metadata", Map.of("metadata", items)));
    Answer renamed =
        api.put(AGGREGATES + "/" + id, admin, Map.of("aggregate", Map.of("name", "faster")));
    assertThat(renamed.at("/aggregate/name")).isEqualTo("faster");
    assertThat(renamed.json().at("/aggregate/metadata").has("ssd")).isFalse();
    assertThat(api.post(AGGREGATES, admin, Map.of("aggregate", Map.of("name", "faster"))).status())
        .isEqualTo(409);
    assertThat(api.get(AGGREGATES, token).status()).isEqualTo(403);
    assertThat(api.get(AGGREGATES, admin).json().at("/aggregates").size()).isEqualTo(1);
  }

  @Test
  void tellsWhatProjectsHaveUsed() {
    String id = create();
    take(
        HOST,
        new ObservedState(
            "instance",
            id,
            1,
            ObservedState.Status.READY,
            Optional.empty(),
            Map.of("power", "running", "startedAt", "2026-01-01T00:00:00Z")));
    String period = "?start=2026-01-01T00:00:00&end=2026-01-01T02:00:00";
    String own = ROOT + "os-simple-tenant-usage/tenant";
    Answer used = api.get(own + period, token);
    assertThat(used.json().at("/tenant_usage/total_memory_mb_usage").asDouble())
        .as(used.text())
        .isEqualTo(1024.0);
    assertThat(used.at("/tenant_usage/server_usages/0/state")).isEqualTo("active");
    api.delete(ROOT + "servers/" + id, token);
    report(id, 2, ObservedState.Status.ABSENT, "");
    assertThat(api.get(own + period, token).at("/tenant_usage/server_usages/0/state"))
        .isEqualTo("terminated");
    Answer all = api.get(ROOT + "os-simple-tenant-usage" + period, admin);
    assertThat(all.json().at("/tenant_usages/0/total_hours").asDouble()).isEqualTo(2.0);
    assertThat(api.get(ROOT + "os-simple-tenant-usage/other" + period, token).status())
        .isEqualTo(403);
    assertThat(api.get(own + "?start=2026-01-02&end=2026-01-01", token).status()).isEqualTo(400);
    assertThat(versionedPage(own, period)).contains("tenant_usage");
  }

  @Test
  void diagnosesAsFarAsItKnows() {
    String id = running();
    Answer answer =
        api.send(
            api.request(ROOT + "servers/" + id + "/diagnostics")
                .header("X-Auth-Token", admin)
                .header("OpenStack-API-Version", "compute 2.48"));
    assertThat(answer.at("/state")).isEqualTo("running");
    assertThat(answer.json().at("/disk_details/0/read_bytes").isNull()).isTrue();
    assertThat(versioned("2.48", "servers/" + id + "/diagnostics").status()).isEqualTo(403);
  }

  private String versionedPage(String path, String period) {
    return versioned("2.40", path.substring(ROOT.length()) + period + "&limit=1").text();
  }

  private String aggregate(String name, @Nullable String zone) {
    Map<String, Object> body = new HashMap<>();
    body.put("name", name);
    body.put("availability_zone", zone);
    Answer made = api.post(AGGREGATES, admin, Map.of("aggregate", body));
    assertThat(made.status()).as(made.text()).isEqualTo(200);
    return made.json().at("/aggregate/id").asString();
  }

  private Answer act(String id, String action, String host) {
    return api.post(AGGREGATES + "/" + id + "/action", admin, Map.of(action, Map.of("host", host)));
  }
}
