package io.virga.control.identity.password;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.virga.control.fault.ApiFault;
import io.virga.dataplane.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Hashes and checks passwords with bcrypt, on a few threads of its own behind a bounded queue: a
 * flood of logins is refused and cannot starve anything else. Passwords are digested first, since
 * bcrypt looks at 72 bytes only.
 *
 * <p>Stock clients log in once a command. So a password that was good is known again for ten
 * minutes by an HMAC under a key that lives in this process alone, bound to the stored hash: a
 * changed password is another entry.
 */
public final class Passwords implements AutoCloseable {

  /** The longest password, in characters. */
  public static final int MAX_LENGTH = 4096;

  private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  private static final int MAX_WAITING = 256;
  private static final int MAX_REMEMBERED = 10_000;
  private static final Duration REMEMBERED_FOR = Duration.ofMinutes(10);
  private static final String ALPHABET =
      "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int SALT_AND_DIGEST_CHARACTERS = 22 + 31;
  private static final String HMAC = "HmacSHA256";

  private final BCryptPasswordEncoder encoder;
  private final String hashOfNobody;
  private final Scheduler scheduler =
      Schedulers.newBoundedElastic(THREADS, MAX_WAITING, "password", 60, true);
  private final Cache<String, Boolean> remembered =
      Caffeine.newBuilder()
          .maximumSize(MAX_REMEMBERED)
          .expireAfterWrite(REMEMBERED_FOR)
          .executor(Runnable::run)
          .build();
  private final byte[] key = new byte[32];

  /**
   * @param cost bcrypt's; each step doubles the work
   */
  public Passwords(int cost, SecureRandom random) {
    this.encoder = new BCryptPasswordEncoder(cost, random);
    random.nextBytes(key);
    this.hashOfNobody = hashOfNobody(cost, random);
  }

  /**
   * Salt and digest at random: to check against it costs what any check costs, no password is known
   * to fit, and the start need not wait for bcrypt.
   */
  static String hashOfNobody(int cost, SecureRandom random) {
    StringBuilder hash = new StringBuilder("$2a$%02d$".formatted(cost));
    random
        .ints(SALT_AND_DIGEST_CHARACTERS, 0, ALPHABET.length())
        .forEach(i -> hash.append(ALPHABET.charAt(i)));
    return hash.toString();
  }

  public Mono<String> hash(String password) {
    return onPool(Mono.fromCallable(() -> hashNow(password)));
  }

  private String hashNow(String password) {
    return String.valueOf(encoder.encode(digest(password)));
  }

  /** Takes as long where there is no hash, so that nobody learns which users there are. */
  public Mono<Boolean> matches(String password, Optional<String> hash) {
    String mark = mark(password, hash.orElse(""));
    if (hash.isPresent() && remembered.getIfPresent(mark) != null) {
      return Mono.just(true);
    }
    return onPool(
        Mono.fromCallable(
            () -> {
              boolean fits = encoder.matches(digest(password), hash.orElse(hashOfNobody));
              boolean good = fits && hash.isPresent();
              if (good) {
                remembered.put(mark, true);
              }
              return good;
            }));
  }

  private <T> Mono<T> onPool(Mono<T> work) {
    return work.subscribeOn(scheduler)
        .onErrorMap(
            RejectedExecutionException.class,
            e -> ApiFault.unavailable("Too many logins at once; try again in a moment."));
  }

  private static String digest(String password) {
    return Base64.getEncoder().encodeToString(Sha256.of(password));
  }

  private String mark(String password, String hash) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      mac.update(hash.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-256 is part of every JDK", e);
    }
  }

  @Override
  public void close() {
    scheduler.dispose();
  }
}
