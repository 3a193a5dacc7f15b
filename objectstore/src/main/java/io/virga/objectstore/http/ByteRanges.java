package io.virga.objectstore.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The runs of bytes that a {@code Range} header with several of them asks for (RFC 9110 §14.1.2).
 *
 * @param ranges those that are there; none if the header asks for nothing that is, or for too much
 */
public record ByteRanges(List<ByteRange> ranges) {

  private static final int MAXIMUM = 50;
  private static final int MAXIMUM_OVERLAPS = 2;
  private static final int MAXIMUM_BACKWARDS = 8;

  public ByteRanges {
    ranges = List.copyOf(ranges);
  }

  /** The ranges; empty if the header is to be passed over: none, not of bytes, or malformed. */
  public static Optional<ByteRanges> parse(Optional<String> header, long size) {
    String text = header.map(String::strip).orElse("");
    int equals = text.indexOf('=');
    if (equals < 0 || !text.substring(0, equals).strip().equalsIgnoreCase("bytes")) {
      return Optional.empty();
    }
    String[] parts = text.substring(equals + 1).split(",", -1);
    List<ByteRange> ranges = new ArrayList<>();
    for (String part : parts) {
      switch (ByteRange.parse(Optional.of("bytes=" + part.replaceAll("\\s", "")), size)) {
        case ByteRange.Part(ByteRange range) -> ranges.add(range);
        case ByteRange.Unsatisfiable() -> {}
        case ByteRange.Everything() -> {
          return Optional.empty();
        }
      }
    }
    boolean abusive = parts.length > MAXIMUM || isAbusive(ranges);
    return Optional.of(new ByteRanges(abusive ? List.of() : ranges));
  }

  /** Whether so many overlap or go backwards that no honest client would ask for them. */
  private static boolean isAbusive(List<ByteRange> ranges) {
    int overlaps = 0;
    int backwards = 0;
    for (int i = 0; i < ranges.size(); i++) {
      ByteRange range = ranges.get(i);
      if (i > 0 && range.first() < ranges.get(i - 1).first()) {
        backwards++;
      }
      for (ByteRange other : ranges.subList(0, i)) {
        if (range.first() <= other.last() && other.first() <= range.last()) {
          overlaps++;
        }
      }
    }
    return overlaps > MAXIMUM_OVERLAPS || backwards >= MAXIMUM_BACKWARDS;
  }
}
