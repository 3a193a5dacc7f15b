package io.virga.objectstore.swift.wire;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The {@code Accept} header. Reading one is linear in its length, which is limited. */
final class Accept {

  private static final int MAXIMUM_LENGTH = 1024;

  private record MediaRange(String type, double quality) {}

  private Accept() {}

  /** The type that is wanted most; empty if none of them is. */
  static Optional<String> best(String header, List<String> offered) {
    if (header.length() > MAXIMUM_LENGTH) {
      throw SwiftError.badRequest("The Accept header is too long.");
    }
    List<MediaRange> ranges = new ArrayList<>();
    for (String part : header.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] pieces = part.split(";", -1);
      ranges.add(new MediaRange(pieces[0].strip(), quality(pieces)));
    }
    ranges.sort(Comparator.comparingDouble(MediaRange::quality).reversed());
    for (MediaRange range : ranges) {
      for (String type : offered) {
        if (range.quality() > 0 && matches(range.type(), type)) {
          return Optional.of(type);
        }
      }
    }
    return Optional.empty();
  }

  private static double quality(String[] pieces) {
    for (int i = 1; i < pieces.length; i++) {
      String piece = pieces[i].strip();
      if (piece.matches("q=[01](\\.[0-9]{0,3})?")) {
        return Double.parseDouble(piece.substring(2));
      }
    }
    return 1;
  }

  private static boolean matches(String range, String type) {
    return range.equals("*/*")
        || range.equals("*")
        || range.equals(type)
        || (range.endsWith("/*") && type.startsWith(range.substring(0, range.length() - 1)));
  }
}
