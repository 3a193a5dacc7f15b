package io.virga.blockstore.scsi;

import java.util.Arrays;
import java.util.Optional;

/** Types of persistent reservations (SPC-4 table 50). */
enum ReservationType {
  WRITE_EXCLUSIVE(1),
  EXCLUSIVE_ACCESS(3),
  WRITE_EXCLUSIVE_REGISTRANTS_ONLY(5),
  EXCLUSIVE_ACCESS_REGISTRANTS_ONLY(6),
  WRITE_EXCLUSIVE_ALL_REGISTRANTS(7),
  EXCLUSIVE_ACCESS_ALL_REGISTRANTS(8);

  private final int code;

  ReservationType(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static Optional<ReservationType> of(int code) {
    return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
  }

  boolean sharedByRegistrants() {
    return this != WRITE_EXCLUSIVE && this != EXCLUSIVE_ACCESS;
  }

  boolean heldByAll() {
    return this == WRITE_EXCLUSIVE_ALL_REGISTRANTS || this == EXCLUSIVE_ACCESS_ALL_REGISTRANTS;
  }

  boolean letsAllRead() {
    return this == WRITE_EXCLUSIVE
        || this == WRITE_EXCLUSIVE_REGISTRANTS_ONLY
        || this == WRITE_EXCLUSIVE_ALL_REGISTRANTS;
  }
}
