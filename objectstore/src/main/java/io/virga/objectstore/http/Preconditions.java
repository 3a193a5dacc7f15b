package io.virga.objectstore.http;

import java.util.Arrays;
import java.util.Optional;

/** The conditions of a read (RFC 9110 §13). */
public final class Preconditions {

  private Preconditions() {}

  /** What they come to. */
  public enum Verdict {
    PASS,
    NOT_MODIFIED,
    FAILED
  }

  /**
   * Judges a GET or HEAD.
   *
   * @param etag without quotes
   * @param modifiedSecond as {@code Last-Modified} shows it
   */
  public static Verdict judge(Request request, String etag, long modifiedSecond) {
    Optional<String> match = request.header("if-match");
    if (match.isPresent()) {
      if (!matches(match.get(), etag)) {
        return Verdict.FAILED;
      }
    } else if (seconds(request, "if-unmodified-since")
        .filter(s -> modifiedSecond > s)
        .isPresent()) {
      return Verdict.FAILED;
    }
    Optional<String> noneMatch = request.header("if-none-match");
    if (noneMatch.isPresent()) {
      return matches(noneMatch.get(), etag) ? Verdict.NOT_MODIFIED : Verdict.PASS;
    }
    return seconds(request, "if-modified-since").filter(s -> modifiedSecond <= s).isPresent()
        ? Verdict.NOT_MODIFIED
        : Verdict.PASS;
  }

  /** Whether a list of entity tags, or a star, names the tag. */
  public static boolean matches(String list, String etag) {
    return list.strip().equals("*")
        || Arrays.stream(list.split(",", -1))
            .map(tag -> tag.strip().replaceFirst("^W/", "").replace("\"", ""))
            .anyMatch(etag::equals);
  }

  private static Optional<Long> seconds(Request request, String header) {
    return request.header(header).flatMap(HttpDates::parse).map(i -> i.getEpochSecond());
  }
}
