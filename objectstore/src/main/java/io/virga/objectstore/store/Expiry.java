package io.virga.objectstore.store;

import io.virga.objectstore.record.ObjectRow;
import java.time.InstantSource;
import java.util.Optional;

/** Objects that end at a time: from then on nobody sees them, and some time later they go. */
public final class Expiry {

  /** The metadata with the second since 1970 at which an object ends. */
  public static final String DELETE_AT = "x-delete-at";

  private Expiry() {}

  /** The second at which an object ends. */
  public static Optional<Long> endOf(ObjectRow row) {
    return row.metadata(DELETE_AT).filter(t -> t.matches("[0-9]{1,15}")).map(Long::parseLong);
  }

  /** Whether an object's time has not come. */
  public static boolean isLive(ObjectRow row, InstantSource clock) {
    return endOf(row).map(end -> clock.instant().getEpochSecond() < end).orElse(true);
  }

  /** There is no object, or its time has come. */
  public static Condition absent(InstantSource clock) {
    return existing -> existing.filter(row -> isLive(row, clock)).isEmpty();
  }

  /** There is an object, and its time has not come. */
  public static Condition present(InstantSource clock) {
    return existing -> existing.filter(row -> isLive(row, clock)).isPresent();
  }
}
