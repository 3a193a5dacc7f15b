package io.virga.control.network.address;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;

/** MAC addresses, as text: lower case, with colons. */
public final class Mac {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String PREFIX = "fa:16:3e";

  private Mac() {}

  /** A new one under the prefix that OpenStack uses; its owner checks that it is free. */
  public static String next() {
    return "%s:%02x:%02x:%02x"
        .formatted(PREFIX, RANDOM.nextInt(256), RANDOM.nextInt(256), RANDOM.nextInt(256));
  }

  /** The canonical form of a unicast address; empty if the text is none. */
  public static Optional<String> parse(String text) {
    String mac = text.toLowerCase(Locale.ROOT).replace('-', ':');
    boolean unicast =
        mac.matches("[0-9a-f][02468ace](:[0-9a-f]{2}){5}") && !mac.equals("00:00:00:00:00:00");
    return unicast ? Optional.of(mac) : Optional.empty();
  }
}
