package io.virga.control.tenancy;

import java.util.Optional;
import java.util.UUID;

/**
 * Which part of a list.
 *
 * @param marker the row that it begins behind
 * @param offset how many are passed over from there
 * @param limit how many at most
 */
public record ListPart(Optional<UUID> marker, int offset, int limit) {

  public ListPart(Optional<UUID> marker, int limit) {
    this(marker, 0, limit);
  }
}
