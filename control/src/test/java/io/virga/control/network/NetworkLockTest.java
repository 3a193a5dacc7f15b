package io.virga.control.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.database.Transaction;
import io.virga.control.foundation.Foundation;
import io.virga.control.identity.token.LocalAuthenticator;
import io.virga.control.network.InstancePorts.Instance;
import io.virga.control.network.InstancePorts.Nic;
import io.virga.control.policy.Caller;
import io.virga.control.testing.TestApi;
import io.virga.control.testing.TestApi.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What changes do that have to wait for the lock of the network views, which a test holds. */
final class NetworkLockTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String ROOT = "/network/v2.0/";

  private final AtomicReference<InstancePorts> made = new AtomicReference<>();
  private final TestApi api =
      TestApi.start(
          started -> {
            Foundation foundation = started.foundation();
            NetworkService service =
                new NetworkService(foundation.database(), foundation.desired(), foundation.quota());
            made.set(service.instancePorts());
            return List.of(service);
          });
  private final String token = api.token("tenant", "member", "reader");

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void twoWhoDeleteOneRuleGiveItsQuotaBackOnce() throws Exception {
    String rule = post("security_group_rule", rule(group())).at("/security_group_rule/id");
    long before = used("security_group_rule");
    Callable<Integer> delete = () -> delete("security-group-rules/" + rule);
    assertThat(whileLocked(List.of(delete, delete), () -> {})).containsExactlyInAnyOrder(204, 404);
    assertThat(used("security_group_rule")).isEqualTo(before - 1);
  }

  @Test
  void twoWhoDeleteOneGroupGiveItsQuotaBackOnce() throws Exception {
    String group = group();
    post("security_group_rule", rule(group));
    long groups = used("security_group");
    long rules = used("security_group_rule");
    Callable<Integer> delete = () -> delete("security-groups/" + group);
    assertThat(whileLocked(List.of(delete, delete), () -> {})).containsExactlyInAnyOrder(204, 404);
    assertThat(used("security_group")).isEqualTo(groups - 1);
    assertThat(used("security_group_rule")).isEqualTo(rules - 3);
  }

  @Test
  void aPortIsNotHeldByAChangeThatWaits() throws Exception {
    String port = port();
    Callable<Integer> rename =
        () ->
            api.put(ROOT + "ports/" + port, token, Map.of("port", Map.of("name", "new"))).status();
    assertThat(whileLocked(List.of(rename), () -> takeNow(port))).containsExactly(200);
    assertThat(whileLocked(List.of(() -> delete("ports/" + port)), () -> takeNow(port)))
        .containsExactly(204);
  }

  @Test
  void aPortIsNotHeldByAServerThatWaitsForIt() throws Exception {
    String port = port();
    Caller caller = new LocalAuthenticator(api.verifier()).authenticate(token);
    InstancePorts ports = Optional.ofNullable(made.get()).orElseThrow();
    Instance instance = new Instance(UUID.randomUUID().toString(), "one", "vm", List.of());
    Nic nic = new Nic(Optional.empty(), Optional.of(port), Optional.empty());
    Callable<Integer> plug =
        () ->
            api.database()
                .inTransaction(tx -> ports.claim(tx, caller, instance, List.of(nic)))
                .blockOptional(SOON)
                .orElseThrow()
                .size();
    assertThat(whileLocked(List.of(plug), () -> takeNow(port))).containsExactly(1);
  }

  /** Begins the changes, does something when all of them wait, and lets them go on. */
  private <T> List<T> whileLocked(List<Callable<T>> changes, Runnable meanwhile)
      throws InterruptedException, ExecutionException, TimeoutException {
    Sinks.Empty<Void> locked = Sinks.empty();
    Sinks.Empty<Void> release = Sinks.empty();
    List<T> results = new ArrayList<>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> holder =
          clients.submit(
              () ->
                  api.database()
                      .inTransaction(
                          tx ->
                              lock(tx)
                                  .doOnSuccess(done -> locked.tryEmitEmpty())
                                  .then(release.asMono()))
                      .block(SOON));
      try {
        locked.asMono().block(SOON);
        List<Future<T>> begun = changes.stream().map(clients::submit).toList();
        awaitWaiting(changes.size());
        meanwhile.run();
        release.tryEmitEmpty();
        for (Future<T> change : begun) {
          results.add(change.get(SOON.toSeconds(), TimeUnit.SECONDS));
        }
      } finally {
        release.tryEmitEmpty();
      }
      holder.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }
    return results;
  }

  private static Mono<String> lock(Transaction transaction) {
    return transaction
        .sql("SELECT pg_advisory_xact_lock(hashtextextended('network views', 0))::text AS locked")
        .one(row -> row.text("locked"));
  }

  private void awaitWaiting(long changes) {
    api.database()
        .sql(
            """
            SELECT count(*) AS waiting FROM pg_locks
             WHERE locktype = 'advisory' AND NOT granted
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """)
        .one(row -> row.number("waiting"))
        .filter(waiting -> waiting == changes)
        .repeatWhenEmpty(1000, rounds -> rounds.delayElements(Duration.ofMillis(10)))
        .block(SOON);
  }

  /** Fails if a transaction holds the port's row. */
  private void takeNow(String port) {
    api.database()
        .inTransaction(
            tx ->
                tx.sql("SELECT name FROM port WHERE id = :id FOR UPDATE NOWAIT")
                    .bind("id", UUID.fromString(port))
                    .one(row -> row.text("name")))
        .block(SOON);
  }

  private long used(String resource) {
    return api.get(ROOT + "quotas/tenant/details.json", token)
        .json()
        .at("/quota/" + resource + "/used")
        .asLong();
  }

  private String port() {
    String network = post("network", Map.of("name", "n")).at("/network/id");
    return post("port", Map.of("network_id", network)).at("/port/id");
  }

  private String group() {
    return post("security_group", Map.of("name", "web")).at("/security_group/id");
  }

  private static Map<String, Object> rule(String group) {
    return Map.of("security_group_id", group, "direction", "ingress", "protocol", "icmp");
  }

  private int delete(String path) {
    return api.delete(ROOT + path, token).status();
  }

  private Answer post(String thing, Map<String, Object> body) {
    Answer answer = api.post(ROOT + thing.replace('_', '-') + "s", token, Map.of(thing, body));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer;
  }
}
