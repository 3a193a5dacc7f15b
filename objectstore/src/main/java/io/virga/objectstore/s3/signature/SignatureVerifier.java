package io.virga.objectstore.s3.signature;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.virga.dataplane.desired.S3CredentialSpec;
import io.virga.objectstore.http.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Verifies who signed a request. Thread-safe. */
public final class SignatureVerifier {

  private static final Duration SKEW = Duration.ofMinutes(15);
  private static final int CACHED_KEYS = 4096;
  private static final String SERVICE = "s3";

  private final Function<String, Optional<S3CredentialSpec>> credentials;
  private final InstantSource clock;
  private final Cache<KeyOf, byte[]> signingKeys =
      Caffeine.newBuilder().maximumSize(CACHED_KEYS).executor(Runnable::run).build();

  private record KeyOf(Scope scope, String secret) {}

  /**
   * @param credentials by access key
   */
  public SignatureVerifier(
      Function<String, Optional<S3CredentialSpec>> credentials, InstantSource clock) {
    this.credentials = credentials;
    this.clock = clock;
  }

  /** Verifies all but the body. */
  public Signed verify(Request request) {
    return switch (Claim.parse(request)) {
      case Claim.Absent() -> new Signed.Refused(SignatureProblem.ANONYMOUS);
      case Claim.Bad(SignatureProblem problem) -> new Signed.Refused(problem);
      case Claim.Found(Claim claim) -> verify(request, claim);
    };
  }

  private Signed verify(Request request, Claim claim) {
    Scope scope = claim.scope();
    if (!scope.service().equals(SERVICE) || !claim.timeText().startsWith(scope.date())) {
      return new Signed.Refused(SignatureProblem.WRONG_SCOPE);
    }
    Optional<SignatureProblem> untimely = untimely(claim);
    if (untimely.isPresent()) {
      return new Signed.Refused(untimely.get());
    }
    Optional<S3CredentialSpec> credential = credentials.apply(scope.accessKey());
    if (credential.isEmpty()) {
      return new Signed.Refused(SignatureProblem.UNKNOWN_KEY);
    }
    if (!signsWhatMatters(request, claim)) {
      return new Signed.Refused(SignatureProblem.UNSIGNED_HEADER);
    }
    byte[] key = key(scope, credential.get().secret());
    String canonical = CanonicalRequest.of(request, claim.signedHeaders(), claim.payload());
    String hash = Hmac.sha256Hex(canonical.getBytes(StandardCharsets.UTF_8));
    String toSign = Claim.ALGORITHM + "\n" + claim.timeText() + "\n" + scope.text() + "\n" + hash;
    String expected = HexFormat.of().formatHex(Hmac.sign(key, toSign));
    boolean equal =
        MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.US_ASCII),
            claim.signature().getBytes(StandardCharsets.US_ASCII));
    if (!equal) {
      return new Signed.Refused(SignatureProblem.MISMATCH);
    }
    return payload(claim, key, expected)
        .<Signed>map(payload -> new Signed.By(credential.get(), payload))
        .orElseGet(() -> new Signed.Refused(SignatureProblem.NO_PAYLOAD_HASH));
  }

  private byte[] key(Scope scope, String secret) {
    return signingKeys.get(new KeyOf(scope, secret), k -> k.scope().signingKey(k.secret()));
  }

  private Optional<SignatureProblem> untimely(Claim claim) {
    Instant now = clock.instant();
    if (claim.time().isAfter(now.plus(SKEW))) {
      return Optional.of(SignatureProblem.SKEWED);
    }
    if (claim.expires().isPresent()) {
      return now.isAfter(claim.time().plus(claim.expires().get()))
          ? Optional.of(SignatureProblem.EXPIRED)
          : Optional.empty();
    }
    return claim.time().isBefore(now.minus(SKEW))
        ? Optional.of(SignatureProblem.SKEWED)
        : Optional.empty();
  }

  /** The host, and every header that means something to S3 alone, must be signed. */
  private static boolean signsWhatMatters(Request request, Claim claim) {
    if (!claim.signedHeaders().contains("host")) {
      return false;
    }
    return request.headers().names().stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .filter(name -> name.startsWith("x-amz-"))
        .filter(name -> !name.equals("x-amz-content-sha256") || claim.expires().isEmpty())
        .allMatch(claim.signedHeaders()::contains);
  }

  private static Optional<Payload> payload(Claim claim, byte[] key, String seed) {
    return switch (claim.payload()) {
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" ->
          Optional.of(new Payload.Chunked(Optional.of(signer(claim, key, seed)), false));
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" ->
          Optional.of(new Payload.Chunked(Optional.of(signer(claim, key, seed)), true));
      case String keyless -> Payload.keyless(keyless);
    };
  }

  private static ChunkSigner signer(Claim claim, byte[] key, String seed) {
    return new ChunkSigner(key, claim.timeText(), claim.scope().text(), seed);
  }
}
