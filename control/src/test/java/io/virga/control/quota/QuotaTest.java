package io.virga.control.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.control.database.Database;
import io.virga.control.database.TestDatabase;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

final class QuotaTest {

  private static final TestDatabase DATABASE = TestDatabase.open();
  private static final Duration SOON = Duration.ofSeconds(20);

  private final Database database = DATABASE.database();
  private final Quota quota = new Quota();

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  void refusesWhatGoesBeyondTheLimitAndCountsNothingOfIt() {
    claim("beyond", 8).block(SOON);
    assertThatThrownBy(() -> claim("beyond", 3).block(SOON))
        .isInstanceOfSatisfying(
            ApiFault.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(FaultKind.OVER_LIMIT);
              assertThat(fault)
                  .hasMessageContaining("volumes: requested 3, but already used 8 of 10");
            });
    assertThat(used("beyond")).isEqualTo(8);
  }

  @Test
  void takesNoMoreThanTheLimitWhenManyClaimAtOnce() {
    Long granted =
        Flux.range(0, 40)
            .flatMap(
                i ->
                    claim("race", 1)
                        .thenReturn(true)
                        .onErrorResume(ApiFault.class, e -> Mono.empty()),
                8)
            .count()
            .block(SOON);
    assertThat(granted).isEqualTo(10);
    assertThat(used("race")).isEqualTo(10);
  }

  @Test
  void claimsSeveralWithoutDeadlockAndGivesThemBack() {
    Map<Resource, Long> both = Map.of(Resource.VOLUMES, 1L, Resource.GIGABYTES, 5L);
    Flux.range(0, 30)
        .flatMap(
            i ->
                database
                    .inTransaction(tx -> quota.claim(tx, "several", both))
                    .then(database.inTransaction(tx -> quota.release(tx, "several", both))),
            8)
        .then()
        .block(SOON);
    assertThat(used("several")).isZero();
  }

  @Test
  void keepsToALimitThatWasSet() {
    database
        .inTransaction(tx -> quota.limit(tx, "small", Resource.VOLUMES, 1))
        .then(claim("small", 1))
        .block(SOON);
    assertThatThrownBy(() -> claim("small", 1).block(SOON)).isInstanceOf(ApiFault.class);
  }

  private Mono<Void> claim(String project, long amount) {
    return database.inTransaction(tx -> quota.claim(tx, project, Resource.VOLUMES, amount));
  }

  private long used(String project) {
    return quota
        .usages(database, project)
        .blockOptional(SOON)
        .orElseThrow()
        .of(Resource.VOLUMES)
        .used();
  }
}
