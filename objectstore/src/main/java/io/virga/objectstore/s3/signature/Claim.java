package io.virga.objectstore.s3.signature;

import io.virga.objectstore.http.HttpDates;
import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.Request;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a request says of its signature.
 *
 * @param timeText the time as it is signed, also where the request has it as {@code Date}
 * @param expires how long after {@code time} a presigned request holds; empty in a header
 * @param payload the value of {@code x-amz-content-sha256}, or what stands for it
 */
record Claim(
    Scope scope,
    String timeText,
    Instant time,
    Optional<Duration> expires,
    List<String> signedHeaders,
    String signature,
    String payload) {

  static final String ALGORITHM = "AWS4-HMAC-SHA256";
  static final String UNSIGNED = "UNSIGNED-PAYLOAD";

  private static final Duration LONGEST = Duration.ofDays(7);
  private static final int TIME_LENGTH = 16;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** What reading a claim can come to. */
  sealed interface Parsed {}

  /** There is one. */
  record Found(Claim claim) implements Parsed {}

  /** The request says nothing of a signature of this version. */
  record Absent() implements Parsed {}

  /** It says it wrongly. */
  record Bad(SignatureProblem problem) implements Parsed {}

  /** Whether the query says something of a signature of this version. */
  static boolean isInQuery(Request request) {
    return request.query().has("X-Amz-Algorithm") || request.query().has("X-Amz-Signature");
  }

  static Parsed parse(Request request) {
    Query query = request.query();
    if (isInQuery(request)) {
      return fromQuery(request, query);
    }
    Optional<String> authorization = request.header("authorization");
    return authorization.isEmpty() || authorization.get().isBlank()
        ? new Absent()
        : fromHeader(request, authorization.get());
  }

  private static Parsed fromQuery(Request request, Query query) {
    Optional<Scope> scope = Scope.parse(query.text("X-Amz-Credential"));
    String timeText = query.text("X-Amz-Date");
    Optional<Instant> time = time(timeText);
    String expires = query.text("X-Amz-Expires");
    boolean wellFormed =
        query.text("X-Amz-Algorithm").equals(ALGORITHM)
            && scope.isPresent()
            && time.isPresent()
            && query.has("X-Amz-Expires");
    if (!wellFormed) {
      return new Bad(SignatureProblem.MALFORMED_QUERY);
    }
    Optional<Long> seconds = seconds(expires);
    if (seconds.isEmpty()) {
      return new Bad(SignatureProblem.NO_PERIOD);
    }
    if (seconds.get() < 0 || seconds.get() > LONGEST.toSeconds()) {
      return new Bad(
          seconds.get() < 0 ? SignatureProblem.NEGATIVE_PERIOD : SignatureProblem.LONG_PERIOD);
    }
    return new Found(
        new Claim(
            scope.get(),
            timeText,
            time.get(),
            seconds.map(Duration::ofSeconds),
            headers(query.text("X-Amz-SignedHeaders")),
            query.text("X-Amz-Signature"),
            request.header("x-amz-content-sha256").orElse(UNSIGNED)));
  }

  private static Optional<Long> seconds(String text) {
    try {
      return Optional.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Parsed fromHeader(Request request, String authorization) {
    if (!authorization.startsWith(ALGORITHM + " ")) {
      return new Bad(SignatureProblem.MALFORMED_HEADER);
    }
    Map<String, String> fields =
        Arrays.stream(authorization.substring(ALGORITHM.length() + 1).split(",", 8))
            .map(field -> field.strip().split("=", 2))
            .filter(pair -> pair.length == 2)
            .collect(Collectors.toMap(p -> p[0], p -> p[1], (a, b) -> a));
    Optional<Scope> scope = Scope.parse(fields.getOrDefault("Credential", ""));
    Optional<Instant> time =
        request
            .header("x-amz-date")
            .map(Claim::time)
            .orElseGet(() -> request.header("date").flatMap(HttpDates::parse));
    Optional<String> payload = request.header("x-amz-content-sha256");
    if (scope.isEmpty() || !fields.containsKey("Signature")) {
      return new Bad(SignatureProblem.MALFORMED_HEADER);
    }
    if (time.isEmpty()) {
      return new Bad(SignatureProblem.NO_DATE);
    }
    if (payload.isEmpty()) {
      return new Bad(SignatureProblem.NO_PAYLOAD_HASH);
    }
    return new Found(
        new Claim(
            scope.get(),
            request.header("x-amz-date").orElseGet(() -> TIME.format(time.get())),
            time.get(),
            Optional.empty(),
            headers(fields.getOrDefault("SignedHeaders", "")),
            fields.getOrDefault("Signature", ""),
            payload.get()));
  }

  private static List<String> headers(String text) {
    return Arrays.stream(text.split(";", -1))
        .map(name -> name.toLowerCase(Locale.ROOT))
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /** A time as {@code 20130524T000000Z} writes it. */
  static Optional<Instant> time(String text) {
    if (text.length() != TIME_LENGTH || text.charAt(8) != 'T' || text.charAt(15) != 'Z') {
      return Optional.empty();
    }
    int date = number(text, 0, 8);
    int time = number(text, 9, 15);
    if (date < 0 || time < 0) {
      return Optional.empty();
    }
    try {
      LocalDateTime known =
          LocalDateTime.of(
              date / 10_000,
              date / 100 % 100,
              date % 100,
              time / 10_000,
              time / 100 % 100,
              time % 100);
      return Optional.of(known.toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The number that some digits write; negative if they are none. */
  private static int number(String text, int from, int end) {
    int number = 0;
    for (int i = from; i < end; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
