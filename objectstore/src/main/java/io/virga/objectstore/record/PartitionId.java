package io.virga.objectstore.record;

/**
 * A partition of one of the rings.
 *
 * @param policy only of objects, else 0
 */
public record PartitionId(Kind kind, int policy, int number) {

  /** What a ring places. */
  public enum Kind {
    ACCOUNT,
    CONTAINER,
    OBJECT
  }

  private static final Kind[] KINDS = Kind.values();

  /** Appends it. */
  public BinaryWriter writeTo(BinaryWriter out) {
    return out.u8(kind.ordinal()).varint(policy).varint(number);
  }

  /** The one that comes next. */
  public static PartitionId readFrom(BinaryReader in) {
    int kind = in.u8();
    if (kind >= KINDS.length) {
      in.fail();
      kind = 0;
    }
    return new PartitionId(KINDS[kind], (int) in.varint(), (int) in.varint());
  }
}
