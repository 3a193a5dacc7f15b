package io.virga.dataplane.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies tokens with public keys alone. Thread-safe; {@link #verify} never throws, never blocks
 * and never calls anyone: a token that was seen before costs a look-up, another one an Ed25519
 * verification (about 0.1 ms).
 *
 * <p>A token with an unknown key id has the directory of public keys read again in the background,
 * at most once a second; so a new key is to lie there a moment before control signs with it. It is
 * read again once a minute in any case, and a key that is gone takes all of its tokens with it.
 */
public final class TokenVerifier {

  /** Longer texts are refused unseen. */
  public static final int MAX_TOKEN_LENGTH = 8 << 10;

  static final String PREFIX = "v1.";

  private static final Logger log = LoggerFactory.getLogger(TokenVerifier.class);
  private static final Duration RELOAD_INTERVAL = Duration.ofSeconds(1);
  private static final Duration REFRESH_INTERVAL = Duration.ofMinutes(1);
  private static final int SIGNATURE_BYTES = 64;
  private static final Verification EXPIRED = new Verification.Expired();
  private static final Verification REVOKED = new Verification.Revoked();
  private static final Verification MALFORMED = new Verification.Malformed();
  private static final Verification UNKNOWN_KEY = new Verification.UnknownKey();
  private static final Verification BAD_SIGNATURE = new Verification.BadSignature();

  private final Path directory;
  private final InstantSource clock;
  private final Executor background;
  private final Cache<String, Entry> verified;
  private final AtomicLong lastReloadMillis = new AtomicLong();
  private volatile Map<String, PublicKey> keys;
  private volatile List<Revocation> revocations = List.of();

  private record Judgement(List<Revocation> heldAgainst, boolean revoked) {}

  /** A good token, the keys it was good by, and the revocations it was last held against. */
  private static final class Entry {
    private final Verification.Valid valid;
    private final long expiresAtMillis;
    private final Map<String, PublicKey> keys;
    private volatile Judgement judgement = new Judgement(List.of(), false);

    Entry(Claims claims, Map<String, PublicKey> keys) {
      this.keys = keys;
      this.valid = new Verification.Valid(claims);
      this.expiresAtMillis = claims.expiresAt().toEpochMilli();
    }
  }

  /**
   * Reads the keys; blocks.
   *
   * @param maxCached how many good tokens are remembered
   * @param background where the keys are read again
   */
  public TokenVerifier(Path directory, InstantSource clock, int maxCached, Executor background)
      throws IOException {
    this.directory = directory;
    this.clock = clock;
    this.background = background;
    this.verified = Caffeine.newBuilder().maximumSize(maxCached).executor(Runnable::run).build();
    this.keys = TokenKeys.readAllPublic(directory);
    lastReloadMillis.set(clock.millis() - RELOAD_INTERVAL.toMillis());
  }

  /** With 16,384 remembered tokens, and keys that are read again on a virtual thread. */
  public static TokenVerifier open(Path directory, InstantSource clock) throws IOException {
    return new TokenVerifier(directory, clock, 16_384, Thread::startVirtualThread);
  }

  /** From now on these revocations hold, and no others. */
  public void revocations(Collection<? extends Revocation> newest) {
    revocations = List.copyOf(newest);
  }

  public Verification verify(String token) {
    if (token.length() > MAX_TOKEN_LENGTH || !token.startsWith(PREFIX)) {
      return MALFORMED;
    }
    if (clock.millis() - lastReloadMillis.get() >= REFRESH_INTERVAL.toMillis()) {
      reloadInBackground();
    }
    Entry entry = verified.getIfPresent(token);
    return entry != null && entry.keys == keys ? judge(entry) : verifySignature(token);
  }

  private Verification judge(Entry entry) {
    List<Revocation> current = revocations;
    Judgement judgement = entry.judgement;
    if (judgement.heldAgainst() != current) {
      Claims claims = entry.valid.claims();
      judgement = new Judgement(current, current.stream().anyMatch(r -> r.revokes(claims)));
      entry.judgement = judgement;
    }
    if (clock.millis() >= entry.expiresAtMillis) {
      return EXPIRED;
    }
    return judgement.revoked() ? REVOKED : entry.valid;
  }

  private Verification verifySignature(String token) {
    int dot = token.indexOf('.', PREFIX.length());
    if (dot < 0) {
      return MALFORMED;
    }
    Optional<Claims> claims = decode(token.substring(PREFIX.length(), dot));
    Optional<byte[]> signature = decodeBase64(token.substring(dot + 1));
    if (claims.isEmpty() || signature.isEmpty() || signature.get().length != SIGNATURE_BYTES) {
      return MALFORMED;
    }
    Map<String, PublicKey> current = keys;
    PublicKey key = current.get(claims.get().keyId());
    if (key == null) {
      reloadInBackground();
      return UNKNOWN_KEY;
    }
    if (!fits(key, token.substring(0, dot), signature.get())) {
      return BAD_SIGNATURE;
    }
    Entry entry = new Entry(claims.get(), current);
    verified.put(token, entry);
    return judge(entry);
  }

  private static boolean fits(PublicKey key, String signed, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key);
      verifier.update(signed.getBytes(StandardCharsets.US_ASCII));
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      log.debug("a signature could not be looked at", e);
      return false;
    }
  }

  private static Optional<Claims> decode(String encoded) {
    return decodeBase64(encoded)
        .flatMap(
            json -> {
              try {
                return Optional.of(Json.read(json, TokenClaims.class).toClaims());
              } catch (RuntimeException e) {
                log.debug("claims could not be read", e);
                return Optional.empty();
              }
            });
  }

  private static Optional<byte[]> decodeBase64(String text) {
    try {
      return Optional.of(Base64.getUrlDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      log.debug("not base64url", e);
      return Optional.empty();
    }
  }

  private void reloadInBackground() {
    long now = clock.millis();
    long last = lastReloadMillis.get();
    if (now - last < RELOAD_INTERVAL.toMillis() || !lastReloadMillis.compareAndSet(last, now)) {
      return;
    }
    background.execute(
        () -> {
          try {
            Map<String, PublicKey> newest = TokenKeys.readAllPublic(directory);
            if (!newest.equals(keys)) {
              keys = newest;
            }
          } catch (IOException e) {
            log.warn("cannot read the public keys again, the old ones stay", e);
          }
        });
  }
}
