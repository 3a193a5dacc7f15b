package io.virga.objectstore.remote;

import io.virga.objectstore.failure.StoreFailure;

/** How an operation ended; the numbers are on the wire. Beside all but OK and GONE stands why. */
enum Status {
  OK,
  /** The row is not there any more as it was asked for. */
  GONE,
  FULL,
  UNAVAILABLE,
  DAMAGED,
  MALFORMED;

  private static final Status[] ALL = values();

  static Status of(int number) {
    return number >= 0 && number < ALL.length ? ALL[number] : UNAVAILABLE;
  }

  static Status of(Throwable failure) {
    return switch (failure) {
      case StoreFailure.DeviceFull full -> FULL;
      case StoreFailure.DamagedData damaged -> DAMAGED;
      default -> UNAVAILABLE;
    };
  }

  StoreFailure failure(String replica, String why) {
    String message = "device " + replica + ": " + why;
    return switch (this) {
      case FULL -> new StoreFailure.DeviceFull(message);
      case DAMAGED, GONE -> new StoreFailure.DamagedData(message);
      case OK, UNAVAILABLE, MALFORMED -> new StoreFailure.Unavailable(message);
    };
  }
}
