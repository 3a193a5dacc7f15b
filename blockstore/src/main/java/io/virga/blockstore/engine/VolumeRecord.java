package io.virga.blockstore.engine;

import io.virga.blockstore.extent.VolumeMap;
import io.virga.blockstore.journal.JournalRecord;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * A volume as checkpoints hold it. First byte: format version 3. Those before are read: version 2
 * ends before the counts, version 1 before the source.
 *
 * @param rootId the root of its map
 * @param sourceId whose contents it began with, 0 for nobody's or if that is not known
 * @param lastRevert the number of the last request to revert it, 0 for none
 * @param counts what its map has, if the version tells
 */
record VolumeRecord(
    JournalRecord.Create made,
    int generation,
    boolean imageKnown,
    long rootId,
    long sourceId,
    long lastRevert,
    Optional<Counts> counts) {

  private static final byte VERSION = 3;
  private static final byte WITHOUT_COUNTS = 2;
  private static final byte WITHOUT_SOURCE = 1;

  static byte[] encode(VolumeState volume) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeByte(volume.kind.ordinal());
      out.writeUTF(volume.name);
      out.writeLong(volume.sizeBytes);
      out.writeLong(volume.baseId);
      out.writeUTF(volume.origin);
      out.writeInt(volume.generation);
      out.writeBoolean(volume.imageKnown);
      out.writeLong(volume.map().root().id());
      out.writeLong(volume.sourceId);
      out.writeLong(volume.lastRevert);
      out.writeLong(volume.map().mappedBlocks());
      out.writeLong(volume.map().remoteBlocks());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static VolumeRecord decode(long id, byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      byte version = in.readByte();
      if (version < WITHOUT_SOURCE || version > VERSION) {
        throw new IllegalStateException(
            "volume %d has format version %d, this program reads 1 to %d"
                .formatted(id, version, VERSION));
      }
      VolumeKind kind = VolumeKind.values()[in.readByte()];
      JournalRecord.Create made =
          new JournalRecord.Create(
              id, kind, in.readUTF(), in.readLong(), in.readLong(), in.readUTF());
      int generation = in.readInt();
      boolean imageKnown = in.readBoolean();
      long rootId = in.readLong();
      long sourceId = version == WITHOUT_SOURCE ? 0 : in.readLong();
      long lastRevert = version == WITHOUT_SOURCE ? 0 : in.readLong();
      Optional<Counts> counts =
          version <= WITHOUT_COUNTS
              ? Optional.empty()
              : Optional.of(new Counts(in.readLong(), in.readLong()));
      return new VolumeRecord(made, generation, imageKnown, rootId, sourceId, lastRevert, counts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The volume, with a map on its root. */
  VolumeState restored(VolumeMap map) {
    VolumeState volume = new VolumeState(made, sourceId, map, generation);
    volume.imageKnown = imageKnown;
    volume.lastRevert = lastRevert;
    return volume;
  }

  /** Blocks that are in slots, and those of an image that are not fetched yet. */
  record Counts(long mapped, long remote) {}
}
