package io.virga.netagent.openflow;

import io.netty.buffer.ByteBuf;
import io.virga.netagent.octets.MalformedOctetsException;
import io.virga.netagent.octets.OctetReader;
import io.virga.netagent.octets.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code ofp_match} and OXM fields (OpenFlow 1.5.1 §7.2.3). */
final class MatchCodec {

  private static final int TYPE_OXM = 1;
  private static final int HEADER_BYTES = 4;

  private MatchCodec() {}

  /** A whole {@code ofp_match} with its padding. */
  static void encodeMatch(Match match, ByteBuf out) {
    int start = out.writerIndex();
    out.writeShort(TYPE_OXM);
    out.writeShort(0);
    match.entries().forEach(entry -> encodeEntry(entry, out));
    int lengthBytes = out.writerIndex() - start;
    out.setShort(start + 2, lengthBytes);
    out.writeZero(-lengthBytes & 7);
  }

  static Match decodeMatch(OctetReader in) throws MalformedOctetsException {
    if (in.u16() != TYPE_OXM) {
      throw new MalformedOctetsException("match is not OXM");
    }
    int lengthBytes = in.u16();
    Match match = decodeEntries(in.sub(lengthBytes - HEADER_BYTES));
    in.skipPadding(lengthBytes);
    return match;
  }

  static void encodeEntry(OxmEntry entry, ByteBuf out) {
    encodeHeader(entry.field(), entry.mask().isPresent(), out);
    entry.value().writeTo(out);
    entry.mask().ifPresent(mask -> mask.writeTo(out));
  }

  static Match decodeEntries(OctetReader in) throws MalformedOctetsException {
    List<OxmEntry> entries = new ArrayList<>();
    while (in.remaining() > 0) {
      entries.add(decodeEntry(in));
    }
    return new Match(entries);
  }

  static OxmEntry decodeEntry(OctetReader in) throws MalformedOctetsException {
    int oxmClass = in.u16();
    int fieldAndMask = in.u8();
    int lengthBytes = in.u8();
    boolean masked = (fieldAndMask & 1) != 0;
    if (masked && lengthBytes % 2 != 0) {
      throw new MalformedOctetsException("masked field of odd length " + lengthBytes);
    }
    int widthBytes = masked ? lengthBytes / 2 : lengthBytes;
    OxmField field = new OxmField(oxmClass, fieldAndMask >> 1, widthBytes);
    Octets value = in.octets(widthBytes);
    return masked
        ? OxmEntry.masked(field, value, in.octets(widthBytes))
        : new OxmEntry(field, value, Optional.empty());
  }

  /** A header alone, as {@code copy_field} names its fields. */
  static void encodeHeader(OxmField field, boolean masked, ByteBuf out) {
    out.writeShort(field.oxmClass());
    out.writeByte(field.number() << 1 | (masked ? 1 : 0));
    out.writeByte(masked ? field.widthBytes() * 2 : field.widthBytes());
  }

  static OxmField decodeHeader(OctetReader in) throws MalformedOctetsException {
    int oxmClass = in.u16();
    int number = in.u8() >> 1;
    return new OxmField(oxmClass, number, in.u8());
  }
}
