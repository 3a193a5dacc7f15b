package io.virga.objectstore.index;

import io.virga.objectstore.record.PartitionId;
import java.util.List;

/** A kind of rows that are kept for partitions. */
public enum Space {
  ACCOUNT(IndexKeys.ACCOUNT),
  ENTRY(IndexKeys.ENTRY),
  CONTAINER(IndexKeys.CONTAINER),
  LISTING(IndexKeys.LISTING),
  OBJECT(IndexKeys.OBJECT);

  private final int keyKind;

  Space(int keyKind) {
    this.keyKind = keyKind;
  }

  /** What is kept for partitions of a ring; what others need comes first. */
  public static List<Space> of(PartitionId.Kind kind) {
    return switch (kind) {
      case ACCOUNT -> List.of(ACCOUNT, ENTRY);
      case CONTAINER -> List.of(CONTAINER, LISTING);
      case OBJECT -> List.of(OBJECT);
    };
  }

  int keyKind() {
    return keyKind;
  }
}
