package io.virga.netagent.trace;

import io.virga.netagent.octets.Octets;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmEntry;
import io.virga.netagent.openflow.OxmField;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A packet and what the pipeline has noted of it. Immutable. A field that was never set is zero, as
 * registers and tunnel fields are.
 */
record TracedPacket(Map<OxmField, Octets> fields) {

  static final TracedPacket EMPTY = new TracedPacket(Map.of());

  TracedPacket {
    fields = Map.copyOf(fields);
  }

  Octets get(OxmField field) {
    return fields.getOrDefault(field, Octets.ofLong(0, field.widthBytes()));
  }

  long number(OxmField field) {
    return get(field).toLong();
  }

  TracedPacket with(OxmField field, long value) {
    return with(OxmEntry.exact(field, value));
  }

  TracedPacket with(OxmField field, Octets value) {
    return with(new OxmEntry(field, value, Optional.empty()));
  }

  /**
   * With the bits of the entry's mask set to those of its value. The port of entry has two fields,
   * a narrow one and a wide one, that are the same to a switch; a wide register is several narrow
   * ones.
   */
  TracedPacket with(OxmEntry entry) {
    List<OxmEntry> parts = new Match(List.of(entry)).entries();
    if (parts.size() > 1) {
      return parts.stream().reduce(this, TracedPacket::with, (_, last) -> last);
    }
    if (entry.field().equals(OxmField.NXM_IN_PORT)) {
      return with(OxmField.IN_PORT, entry.value().toLong());
    }
    byte[] bytes = get(entry.field()).toByteArray();
    byte[] value = entry.value().toByteArray();
    byte[] mask = entry.mask().orElse(Octets.ones(bytes.length)).toByteArray();
    for (int index = 0; index < bytes.length; index++) {
      bytes[index] = (byte) (bytes[index] & ~mask[index] | value[index] & mask[index]);
    }
    Map<OxmField, Octets> changed = new TreeMap<>(fields);
    changed.put(entry.field(), Octets.copyOf(bytes));
    return new TracedPacket(changed);
  }

  /** With some bits of one field copied to another. */
  TracedPacket copied(OxmField source, int sourceOffset, OxmField target, int offset, int bits) {
    byte[] from = get(source).toByteArray();
    byte[] to = get(target).toByteArray();
    for (int bit = 0; bit < bits; bit++) {
      boolean set = bitOf(from, sourceOffset + bit);
      int index = to.length - 1 - (offset + bit) / 8;
      int one = 1 << (offset + bit) % 8;
      to[index] = (byte) (set ? to[index] | one : to[index] & ~one);
    }
    return with(new OxmEntry(target, Octets.copyOf(to), Optional.empty()));
  }

  private static boolean bitOf(byte[] bytes, int bit) {
    return (bytes[bytes.length - 1 - bit / 8] >> bit % 8 & 1) != 0;
  }

  /** Whether a flow with the match is for it. */
  boolean matches(Match match) {
    return match.entries().stream()
        .allMatch(
            entry ->
                entry
                    .mask()
                    .map(mask -> get(entry.field()).and(mask).equals(entry.value()))
                    .orElseGet(() -> get(entry.field()).equals(entry.value())));
  }
}
