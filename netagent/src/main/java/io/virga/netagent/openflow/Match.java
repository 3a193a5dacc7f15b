package io.virga.netagent.openflow;

import io.virga.netagent.wire.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which packets a flow is for, in canonical form: entries ordered by field, packet registers split
 * into the 32-bit registers that they cover, nothing that is masked out whole. Two matches are
 * equal exactly if a switch holds them to be the same.
 */
public record Match(List<OxmEntry> entries) {

  /** Every packet. */
  public static final Match ANY = new Match(List.of());

  public Match {
    SortedMap<OxmField, OxmEntry> ordered = new TreeMap<>();
    for (OxmEntry entry : entries) {
      for (OxmEntry part : split(entry)) {
        if (part.mask().filter(Octets::isZero).isEmpty()) {
          ordered.put(part.field(), part);
        }
      }
    }
    entries = List.copyOf(ordered.values());
  }

  /** This match and the field being exactly the value. */
  public Match with(OxmField field, long value) {
    return with(OxmEntry.exact(field, value));
  }

  /** This match and the masked bits of the field being those of the value. */
  public Match with(OxmField field, long value, long mask) {
    int width = field.widthBytes();
    return with(OxmEntry.masked(field, Octets.ofLong(value, width), Octets.ofLong(mask, width)));
  }

  /** This match and the entry. */
  public Match with(OxmEntry entry) {
    List<OxmEntry> more = new ArrayList<>(entries);
    more.add(entry);
    return new Match(more);
  }

  /** What the field must be, if anything. */
  public Optional<OxmEntry> entry(OxmField field) {
    return entries.stream().filter(entry -> entry.field().equals(field)).findFirst();
  }

  /** The exact value of a field of at most eight bytes. */
  public Optional<Long> exact(OxmField field) {
    return entry(field)
        .filter(entry -> entry.mask().isEmpty())
        .map(entry -> entry.value().toLong());
  }

  private static List<OxmEntry> split(OxmEntry entry) {
    if (!OxmField.isPacketRegister(entry.field())) {
      return List.of(entry);
    }
    Octets mask = entry.mask().orElse(Octets.ones(8));
    int register = entry.field().number() * 2;
    return List.of(
        OxmEntry.masked(OxmField.register(register), entry.value().slice(0, 4), mask.slice(0, 4)),
        OxmEntry.masked(
            OxmField.register(register + 1), entry.value().slice(4, 8), mask.slice(4, 8)));
  }
}
