package io.virga.objectstore.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A run of bytes of a representation, both ends included. */
public record ByteRange(long first, long last) {

  private static final Pattern SINGLE =
      Pattern.compile("bytes\\s*=\\s*([0-9]{0,18})-([0-9]{0,18})");

  public long length() {
    return last - first + 1;
  }

  /** What a {@code Range} header asks for. */
  public sealed interface Asked {}

  /** All: there is no header, or one that is to be passed over (RFC 9110 §14.2). */
  public record Everything() implements Asked {}

  /** This part. */
  public record Part(ByteRange range) implements Asked {}

  /** Nothing that is there. */
  public record Unsatisfiable() implements Asked {}

  /** Reads a header; several ranges are passed over, as a server may. */
  public static Asked parse(Optional<String> header, long size) {
    if (header.isEmpty()) {
      return new Everything();
    }
    Matcher matcher = SINGLE.matcher(header.get().strip());
    if (!matcher.matches() || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
      return new Everything();
    }
    if (matcher.group(1).isEmpty()) {
      long suffix = Long.parseLong(matcher.group(2));
      return suffix == 0 || size == 0
          ? new Unsatisfiable()
          : new Part(new ByteRange(Math.max(0, size - suffix), size - 1));
    }
    long first = Long.parseLong(matcher.group(1));
    long last = matcher.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(matcher.group(2));
    if (last < first) {
      return new Everything();
    }
    return first >= size
        ? new Unsatisfiable()
        : new Part(new ByteRange(first, Math.min(last, size - 1)));
  }
}
