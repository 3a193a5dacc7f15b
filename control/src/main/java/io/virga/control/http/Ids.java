package io.virga.control.http;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Ids as OpenStack writes them: a UUID with dashes, or its 32 hexadecimal digits. */
public final class Ids {

  private static final Pattern CANONICAL =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private Ids() {}

  /** A new id for a thing. */
  public static UUID next() {
    return UUID.randomUUID();
  }

  /** A new id as identity writes it, 32 digits without dashes. */
  public static String nextHex() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  public static Optional<UUID> parse(String text) {
    return CANONICAL.matcher(text).matches()
        ? Optional.of(UUID.fromString(text))
        : Optional.empty();
  }
}
