package io.virga.objectstore.index;

import io.virga.objectstore.record.BinaryReader;
import io.virga.objectstore.record.BinaryWriter;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import java.util.Optional;

/**
 * Bytes of an object that were found damaged and are kept until they are purged.
 *
 * @param row as it was, with the place of the bytes
 * @param reason what is wrong with them
 * @param at when that was found
 */
public record Quarantined(ObjectRow row, String reason, Timestamp at) {

  byte[] encode() {
    BinaryWriter out = new BinaryWriter(320);
    row.writeTo(out);
    return out.text(reason).u64(at.micros()).toBytes();
  }

  static Optional<Quarantined> decode(byte[] bytes) {
    BinaryReader in = new BinaryReader(bytes);
    return ObjectRow.readFrom(in)
        .map(row -> new Quarantined(row, in.text(), new Timestamp(in.u64())))
        .filter(found -> !in.isMalformed());
  }
}
