package io.virga.control.identity.password;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

final class AttemptLimitsTest {

  private static final ApiFault WRONG = ApiFault.unauthorized("wrong");

  private Instant now = Instant.parse("2026-11-30T12:00:00Z");
  private final AttemptLimits limits = new AttemptLimits(3, 6, () -> now);

  private Mono<String> attempt(String name, String address, Mono<String> work) {
    return limits.limited(name, address, error -> error == WRONG, work);
  }

  /** Why the attempt failed; empty if it did not. */
  private Optional<ApiFault> failure(String name, String address, Mono<String> work) {
    return attempt(name, address, work)
        .map(good -> Optional.<ApiFault>empty())
        .onErrorResume(ApiFault.class, e -> Mono.just(Optional.of(e)))
        .blockOptional()
        .orElseThrow();
  }

  private boolean isHeldBack(String name, String address) {
    return failure(name, address, Mono.error(WRONG))
        .map(fault -> fault.kind() == FaultKind.TOO_MANY_REQUESTS)
        .orElseThrow();
  }

  @Test
  void looksAtSoManyWrongOnesForANameAndThenAtOneEveryNowAndThen() {
    for (int i = 0; i < 3; i++) {
      assertThat(isHeldBack("demo", "10.0.0.1")).isFalse();
    }
    assertThat(isHeldBack("demo", "10.0.0.1")).isTrue();
    assertThat(isHeldBack("demo", "10.0.0.2")).isFalse();
    assertThat(isHeldBack("admin", "10.0.0.1")).isFalse();
    assertThat(failure("demo", "10.0.0.1", Mono.just("good")).flatMap(ApiFault::retryAfter))
        .contains(Duration.ofSeconds(20));
    now = now.plusSeconds(20);
    assertThat(isHeldBack("demo", "10.0.0.1")).isFalse();
    assertThat(isHeldBack("demo", "10.0.0.1")).isTrue();
  }

  @Test
  void looksAtSoManyOfAnAddressWhateverTheName() {
    for (int i = 0; i < 6; i++) {
      assertThat(isHeldBack("name-" + i, "10.0.0.1")).isFalse();
    }
    assertThat(isHeldBack("another", "10.0.0.1")).isTrue();
    assertThat(isHeldBack("another", "10.0.0.2")).isFalse();
  }

  @Test
  void goodOnesAndOtherFailuresCostNothing() {
    for (int i = 0; i < 100; i++) {
      assertThat(failure("demo", "10.0.0.1", Mono.just("good"))).isEmpty();
      assertThat(failure("demo", "10.0.0.1", Mono.error(ApiFault.unavailable("busy"))))
          .map(ApiFault::kind)
          .contains(FaultKind.UNAVAILABLE);
      attempt("demo", "10.0.0.1", Mono.never()).subscribe().dispose();
    }
    assertThat(isHeldBack("demo", "10.0.0.1")).isFalse();
  }
}
