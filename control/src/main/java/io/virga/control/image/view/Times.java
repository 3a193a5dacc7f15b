package io.virga.control.image.view;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times in glance's form. */
public final class Times {

  private Times() {}

  /** To the second, in UTC. */
  public static String text(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
