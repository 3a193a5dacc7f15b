package io.virga.control.identity.password;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.virga.control.fault.ApiFault;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;

/**
 * How many wrong secrets are looked at: so many a minute for one name from one address, and so many
 * for one address whatever the name. What is beyond is refused before it costs a hash. A good one
 * costs nothing, so busy clients are not held up. Thread-safe, in memory, bounded.
 */
public final class AttemptLimits {

  private static final int MAX_REMEMBERED = 100_000;
  private static final double MINUTE_MILLIS = Duration.ofMinutes(1).toMillis();

  private final int perName;
  private final int perAddress;
  private final InstantSource clock;
  private final Cache<String, Bucket> buckets =
      Caffeine.newBuilder()
          .maximumSize(MAX_REMEMBERED)
          .expireAfterAccess(Duration.ofMinutes(2))
          .executor(Runnable::run)
          .build();

  /**
   * @param perName wrong ones a minute, for one name from one address
   * @param perAddress wrong ones a minute, from one address
   */
  public AttemptLimits(int perName, int perAddress, InstantSource clock) {
    this.perName = perName;
    this.perAddress = perAddress;
    this.clock = clock;
  }

  /** What is left at a time. */
  private record Bucket(double left, long atMillis) {

    /** With what has come since, at most all. */
    Bucket refilled(int perMinute, long now) {
      double grown = left + Math.max(0, now - atMillis) * perMinute / MINUTE_MILLIS;
      return new Bucket(Math.min(perMinute, grown), Math.max(atMillis, now));
    }

    Bucket plus(int attempts) {
      return new Bucket(left + attempts, atMillis);
    }
  }

  /**
   * The work, if there are attempts left. It costs one unless it succeeds, or fails with something
   * else than a wrong secret.
   *
   * @param name of whom the secret is: an id, or what the client wrote if there is nobody
   */
  public <T> Mono<T> limited(
      String name, String address, Predicate<Throwable> isWrong, Mono<T> work) {
    String pair = "n " + address + " " + name;
    String all = "a " + address;
    return Mono.defer(
        () -> {
          refuseWithout(all, perAddress);
          refuseWithout(pair, perName);
          take(all, perAddress, -1);
          take(pair, perName, -1);
          return work.doOnSuccess(result -> giveBack(pair, all))
              .doOnError(isWrong.negate(), error -> giveBack(pair, all))
              .doOnCancel(() -> giveBack(pair, all));
        });
  }

  private void giveBack(String pair, String all) {
    take(all, perAddress, 1);
    take(pair, perName, 1);
  }

  private void take(String key, int perMinute, int attempts) {
    buckets
        .asMap()
        .compute(key, (k, known) -> now(Optional.ofNullable(known), perMinute).plus(attempts));
  }

  private Bucket now(Optional<Bucket> known, int perMinute) {
    long now = clock.millis();
    return known.orElse(new Bucket(perMinute, now)).refilled(perMinute, now);
  }

  private void refuseWithout(String key, int perMinute) {
    double left = now(Optional.ofNullable(buckets.getIfPresent(key)), perMinute).left();
    if (left < 1) {
      Duration wait = Duration.ofMillis((long) Math.ceil((1 - left) * MINUTE_MILLIS / perMinute));
      throw ApiFault.tooManyRequests("Too many failed logins; try again later.", wait);
    }
  }
}
