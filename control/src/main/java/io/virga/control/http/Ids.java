package io.virga.control.http;

import java.nio.charset.StandardCharsets;
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
    return hex(UUID.randomUUID());
  }

  /** The id of what there is one of by that name: the same at all times and everywhere. */
  public static UUID named(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  /** Likewise, as identity writes it. */
  public static String namedHex(String name) {
    return hex(named(name));
  }

  private static String hex(UUID id) {
    return id.toString().replace("-", "");
  }

  public static Optional<UUID> parse(String text) {
    return CANONICAL.matcher(text).matches()
        ? Optional.of(UUID.fromString(text))
        : Optional.empty();
  }
}
