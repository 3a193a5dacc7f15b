package io.virga.netagent.openflow;

import io.virga.netagent.octets.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which packets a flow is for, in canonical form: entries ordered by field, wider registers split
 * into the 32-bit registers that they cover, nothing that is masked out whole. Two matches are
 * equal exactly if a switch holds them to be the same.
 */
public final class Match {

  /** Every packet. */
  public static final Match ANY = new Match(List.of());

  private final List<OxmEntry> entries;

  /** Tables of flows are looked up by matches more often than these are made. */
  private final int hash;

  /** Of two entries for the same field the later one counts. */
  public Match(List<OxmEntry> entries) {
    this.entries = isCanonical(entries) ? List.copyOf(entries) : canonical(entries);
    this.hash = this.entries.hashCode();
  }

  /** What there is to match, in canonical form. */
  public List<OxmEntry> entries() {
    return entries;
  }

  private static boolean isCanonical(List<OxmEntry> entries) {
    for (int index = 0; index < entries.size(); index++) {
      OxmEntry entry = entries.get(index);
      boolean follows = index == 0 || entries.get(index - 1).field().compareTo(entry.field()) < 0;
      if (!follows || entry.field().isWideRegister() || entry.matchesAll()) {
        return false;
      }
    }
    return true;
  }

  private static List<OxmEntry> canonical(List<OxmEntry> entries) {
    SortedMap<OxmField, OxmEntry> ordered = new TreeMap<>();
    for (OxmEntry entry : entries) {
      for (OxmEntry part : split(entry)) {
        if (!part.matchesAll()) {
          ordered.put(part.field(), part);
        }
      }
    }
    return List.copyOf(ordered.values());
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

  /** This match and the field being exactly the value. */
  public Match with(OxmField field, Octets value) {
    return with(new OxmEntry(field, value, Optional.empty()));
  }

  /** This match and the masked bits of the field being those of the value. */
  public Match with(OxmField field, Octets value, Octets mask) {
    return with(OxmEntry.masked(field, value, mask));
  }

  /** This match and the entry. */
  public Match with(OxmEntry entry) {
    if (entry.matchesAll()) {
      return this;
    }
    int index = 0;
    while (index < entries.size() && entries.get(index).field().compareTo(entry.field()) < 0) {
      index++;
    }
    List<OxmEntry> more = new ArrayList<>(entries.size() + 1);
    more.addAll(entries);
    if (index < more.size() && more.get(index).field().compareTo(entry.field()) == 0) {
      more.set(index, entry);
    } else {
      more.add(index, entry);
    }
    return new Match(more);
  }

  /** What both match; of a field that both speak of, the other's. */
  public Match and(Match other) {
    List<OxmEntry> both = new ArrayList<>(entries);
    both.addAll(other.entries);
    return new Match(both);
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

  /** What is in a register of several; parts of which nothing is said are zero. */
  public Octets register(OxmField wide) {
    int first = wide.firstRegister().orElseThrow();
    Octets value = Octets.EMPTY;
    for (int i = 0; i < wide.widthBytes() / 4; i++) {
      value = value.join(Octets.ofLong(exact(OxmField.register(first + i)).orElse(0L), 4));
    }
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Match match && hash == match.hash && entries.equals(match.entries);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return entries.toString();
  }

  private static List<OxmEntry> split(OxmEntry entry) {
    if (!entry.field().isWideRegister()) {
      return List.of(entry);
    }
    int first = entry.field().firstRegister().orElseThrow();
    Octets mask = entry.mask().orElse(Octets.ones(entry.field().widthBytes()));
    List<OxmEntry> parts = new ArrayList<>();
    for (int from = 0; from < mask.length(); from += 4) {
      parts.add(
          OxmEntry.masked(
              OxmField.register(first + from / 4),
              entry.value().slice(from, from + 4),
              mask.slice(from, from + 4)));
    }
    return parts;
  }
}
