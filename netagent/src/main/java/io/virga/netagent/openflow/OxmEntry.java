package io.virga.netagent.openflow;

import io.virga.netagent.octets.Octets;
import java.util.Optional;

/**
 * One field of a match with what it must be.
 *
 * @param mask only these bits are compared; empty if all are
 */
public record OxmEntry(OxmField field, Octets value, Optional<Octets> mask) {

  /** An exact value. */
  public static OxmEntry exact(OxmField field, long value) {
    return new OxmEntry(field, Octets.ofLong(value, field.widthBytes()), Optional.empty());
  }

  /** A value under a mask, in canonical form: no bits outside the mask, no mask of all ones. */
  public static OxmEntry masked(OxmField field, Octets value, Octets mask) {
    return mask.isOnes()
        ? new OxmEntry(field, value, Optional.empty())
        : new OxmEntry(field, value.and(mask), Optional.of(mask));
  }

  /** Whether no bit is compared. */
  boolean matchesAll() {
    return mask.isPresent() && mask.get().isZero();
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof OxmEntry entry
            && field.equals(entry.field)
            && value.equals(entry.value)
            && mask.equals(entry.mask);
  }

  @Override
  public int hashCode() {
    return (field.hashCode() * 31 + value.hashCode()) * 31 + mask.hashCode();
  }

  @Override
  public String toString() {
    return field.oxmClass()
        + ":"
        + field.number()
        + "="
        + value
        + mask.map(m -> "/" + m).orElse("");
  }
}
