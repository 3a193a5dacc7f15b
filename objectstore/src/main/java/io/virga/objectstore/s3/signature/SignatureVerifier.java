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
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Verifies who signed a request. Thread-safe. */
public final class SignatureVerifier {

  static final Duration SKEW = Duration.ofMinutes(15);
  private static final int CACHED_KEYS = 4096;
  private static final String SERVICE = "s3";
  private static final String PAYLOAD = "x-amz-content-sha256";

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

  /**
   * Verifies all but the body.
   *
   * @param hostBucket the bucket that the request's host names, if it names one
   */
  public Signed verify(Request request, Optional<String> hostBucket) {
    boolean inHeader = request.header("authorization").filter(text -> !text.isBlank()).isPresent();
    boolean inQuery = Claim.isInQuery(request);
    if ((inHeader && (inQuery || Version2.isInQuery(request)))
        || (inQuery && Version2.isInQuery(request))) {
      return new Signed.Refused(SignatureProblem.SEVERAL);
    }
    if (Version2.isClaimed(request)) {
      return version2(request, hostBucket);
    }
    return switch (Claim.parse(request)) {
      case Claim.Absent() -> new Signed.Refused(SignatureProblem.ANONYMOUS);
      case Claim.Bad(SignatureProblem problem) -> new Signed.Refused(problem);
      case Claim.Found(Claim claim) -> verify(request, claim);
    };
  }

  private Signed version2(Request request, Optional<String> hostBucket) {
    Optional<Version2> parsed = Version2.parse(request);
    if (parsed.isEmpty()) {
      return new Signed.Refused(
          Version2.isInQuery(request)
              ? SignatureProblem.INCOMPLETE_QUERY
              : SignatureProblem.MALFORMED_HEADER);
    }
    Version2 claim = parsed.get();
    Optional<SignatureProblem> untimely = claim.untimely(request, clock);
    if (untimely.isPresent()) {
      return new Signed.Refused(untimely.get());
    }
    Optional<S3CredentialSpec> credential = credentials.apply(claim.accessKey());
    if (credential.isEmpty()) {
      return new Signed.Refused(SignatureProblem.UNKNOWN_KEY);
    }
    String secret = credential.get().secret();
    String toSign = claim.toSign(request, hostBucket, request.rawPath());
    boolean equal =
        isEqual(Version2.expected(secret, toSign), claim.signature())
            || (hostBucket.isEmpty()
                && Version2.isOfBucket(request)
                && isEqual(
                    Version2.expected(
                        secret, claim.toSign(request, hostBucket, request.rawPath() + "/")),
                    claim.signature()));
    return equal
        ? new Signed.By(credential.get(), Payload.plain(request.header(PAYLOAD)))
        : new Signed.Refused(
            SignatureProblem.MISMATCH,
            Mismatch.details(claim.accessKey(), toSign, claim.signature()));
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
    if (!isEqual(expected, claim.signature())) {
      return new Signed.Refused(
          SignatureProblem.MISMATCH,
          Mismatch.details(scope.accessKey(), toSign, claim.signature(), canonical));
    }
    if (claim.expires().isPresent()) {
      return new Signed.By(credential.get(), Payload.plain(request.header(PAYLOAD)));
    }
    return payload(claim, new ChunkSigner(key, claim, expected, canonical))
        .<Signed>map(payload -> new Signed.By(credential.get(), payload))
        .orElseGet(
            () ->
                new Signed.Refused(
                    SignatureProblem.INVALID_PAYLOAD_HASH,
                    Map.of("ArgumentName", PAYLOAD, "ArgumentValue", claim.payload())));
  }

  private static boolean isEqual(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
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

  private static Optional<Payload> payload(Claim claim, ChunkSigner signer) {
    return switch (claim.payload()) {
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" ->
          Optional.of(new Payload.Chunked(Optional.of(signer), false));
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" ->
          Optional.of(new Payload.Chunked(Optional.of(signer), true));
      case String keyless -> Payload.keyless(keyless);
    };
  }
}
