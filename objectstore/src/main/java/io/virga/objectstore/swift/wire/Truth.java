package io.virga.objectstore.swift.wire;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Words that mean yes, as Swift reads them. */
public final class Truth {

  private static final Set<String> YES = Set.of("true", "1", "yes", "on", "t", "y");

  private Truth() {}

  public static boolean of(String text) {
    return YES.contains(text.strip().toLowerCase(Locale.ROOT));
  }

  public static boolean of(Optional<String> text) {
    return text.map(Truth::of).orElse(false);
  }
}
