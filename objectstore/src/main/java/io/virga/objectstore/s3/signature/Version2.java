package io.virga.objectstore.s3.signature;

import io.virga.objectstore.http.HeaderText;
import io.virga.objectstore.http.HttpDates;
import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.Request;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Signature Version 2, which older clients make (AWS, "Signing and authenticating REST requests"):
 * {@code Authorization: AWS key:signature}, or a presigned query.
 */
record Version2(String accessKey, String signature, Optional<String> expires) {

  private static final String SCHEME = "AWS ";
  private static final String KEY = "AWSAccessKeyId";
  private static final String SIGNATURE = "Signature";

  /** The parameters that are a part of what is signed. */
  private static final Set<String> SIGNED =
      Set.of(
          "accelerate",
          "acl",
          "analytics",
          "cors",
          "delete",
          "encryption",
          "inventory",
          "lifecycle",
          "location",
          "logging",
          "metrics",
          "notification",
          "object-lock",
          "partNumber",
          "policy",
          "publicAccessBlock",
          "replication",
          "requestPayment",
          "response-cache-control",
          "response-content-disposition",
          "response-content-encoding",
          "response-content-language",
          "response-content-type",
          "response-expires",
          "restore",
          "select",
          "select-type",
          "tagging",
          "torrent",
          "uploadId",
          "uploads",
          "versionId",
          "versioning",
          "versions",
          "website");

  /** Whether a request says that it is signed so. */
  static boolean isClaimed(Request request) {
    return isInHeader(request) || isInQuery(request);
  }

  static boolean isInQuery(Request request) {
    return request.query().has(SIGNATURE) || request.query().has(KEY);
  }

  private static boolean isInHeader(Request request) {
    return request.header("authorization").filter(text -> text.startsWith(SCHEME)).isPresent();
  }

  /** The claim; empty if it is not complete. */
  static Optional<Version2> parse(Request request) {
    if (isInHeader(request)) {
      String text = request.header("authorization").orElse("").substring(SCHEME.length()).strip();
      int colon = text.lastIndexOf(':');
      return colon <= 0 || colon == text.length() - 1
          ? Optional.empty()
          : Optional.of(
              new Version2(text.substring(0, colon), text.substring(colon + 1), Optional.empty()));
    }
    Query query = request.query();
    return query.has(KEY) && query.has(SIGNATURE) && query.has("Expires")
        ? Optional.of(new Version2(query.text(KEY), query.text(SIGNATURE), query.get("Expires")))
        : Optional.empty();
  }

  /** Whether the path is a bucket's alone, behind which some clients sign a slash. */
  static boolean isOfBucket(Request request) {
    return request.rawPath().length() > 1 && request.rawPath().lastIndexOf('/') == 0;
  }

  /** A date of which the day of the week says nothing that is not said. */
  private static Optional<Instant> time(String text) {
    return HttpDates.parse(text.substring(text.indexOf(',') + 1).strip())
        .or(() -> HttpDates.parse(text))
        .or(() -> Claim.time(text))
        .filter(instant -> instant.getEpochSecond() >= 0);
  }

  /** What is wrong with the time of a request, if anything is. */
  Optional<SignatureProblem> untimely(Request request, InstantSource clock) {
    Instant now = clock.instant();
    if (expires.isPresent()) {
      if (!expires.get().matches("[0-9]{1,12}")) {
        return Optional.of(SignatureProblem.INVALID_EXPIRY);
      }
      return now.getEpochSecond() > Long.parseLong(expires.get())
          ? Optional.of(SignatureProblem.EXPIRED)
          : Optional.empty();
    }
    Optional<Instant> time =
        request.header("x-amz-date").or(() -> request.header("date")).flatMap(Version2::time);
    if (time.isEmpty()) {
      return Optional.of(SignatureProblem.NO_DATE);
    }
    return time.get().isAfter(now.plus(SignatureVerifier.SKEW))
            || time.get().isBefore(now.minus(SignatureVerifier.SKEW))
        ? Optional.of(SignatureProblem.SKEWED)
        : Optional.empty();
  }

  /** The signature that the request should have. */
  static String expected(String secret, String toSign) {
    return Base64.getEncoder().encodeToString(Hmac.sha1(secret, toSign));
  }

  /**
   * The text that is signed.
   *
   * @param hostBucket the bucket that the host names, which the path then does not
   * @param path as the client may have signed it
   */
  String toSign(Request request, Optional<String> hostBucket, String path) {
    StringBuilder out = new StringBuilder(256);
    out.append(request.method()).append('\n');
    out.append(request.header("content-md5").orElse("")).append('\n');
    out.append(request.header("content-type").orElse("")).append('\n');
    String date = request.header("x-amz-date").isPresent() ? "" : request.header("date").orElse("");
    out.append(expires.orElse(date)).append('\n');
    amzHeaders(request).forEach((name, value) -> out.append(name + ":" + value + "\n"));
    hostBucket.ifPresent(bucket -> out.append('/').append(bucket));
    return out.append(path).append(query(request.query())).toString();
  }

  private static Map<String, String> amzHeaders(Request request) {
    Map<String, String> headers = new TreeMap<>();
    request
        .headers()
        .forEach(
            header -> {
              String name = header.getKey().toLowerCase(Locale.ROOT);
              if (name.startsWith("x-amz-")) {
                String value = HeaderText.decode(header.getValue()).strip();
                headers.merge(name, value, (first, second) -> first + "," + second);
              }
            });
    return headers;
  }

  private static String query(Query query) {
    String text =
        query.parameters().stream()
            .filter(parameter -> SIGNED.contains(parameter.name()))
            .sorted(Comparator.comparing(Query.Parameter::name))
            .map(p -> p.value().isEmpty() ? p.name() : p.name() + "=" + p.value())
            .collect(Collectors.joining("&"));
    return text.isEmpty() ? "" : "?" + text;
  }
}
