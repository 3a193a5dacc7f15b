package io.virga.blockstore.journal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Records in bytes: a type byte, then fixed-width fields, big-endian; names have a 2-byte length.
 */
final class RecordCodec {

  private static final byte CREATE = 1;
  private static final byte SHARE = 2;
  private static final byte DELETE = 3;
  private static final byte RESIZE = 4;
  private static final byte IMAGE_KNOWN = 5;
  private static final byte MAP_RUN = 6;
  private static final byte ZERO_RUN = 7;
  private static final byte REVERT = 8;
  private static final byte COPY_RUN = 9;

  private RecordCodec() {}

  static void encode(JournalRecord record, ByteBuf out) {
    switch (record) {
      case JournalRecord.Create r -> {
        out.writeByte(CREATE).writeLong(r.volumeId()).writeByte(r.kind().ordinal());
        writeName(out, r.name());
        out.writeLong(r.sizeBytes()).writeLong(r.baseId());
        writeName(out, r.origin());
      }
      case JournalRecord.Share r -> {
        out.writeByte(SHARE).writeLong(r.volumeId()).writeByte(r.kind().ordinal());
        writeName(out, r.name());
        out.writeLong(r.sizeBytes()).writeLong(r.sourceId());
      }
      case JournalRecord.Revert r ->
          out.writeByte(REVERT)
              .writeLong(r.volumeId())
              .writeLong(r.sourceId())
              .writeLong(r.request());
      case JournalRecord.Delete r -> out.writeByte(DELETE).writeLong(r.volumeId());
      case JournalRecord.Resize r ->
          out.writeByte(RESIZE).writeLong(r.volumeId()).writeLong(r.sizeBytes());
      case JournalRecord.ImageKnown r -> out.writeByte(IMAGE_KNOWN).writeLong(r.volumeId());
      case JournalRecord.MapRun r ->
          out.writeByte(MAP_RUN)
              .writeLong(r.volumeId())
              .writeLong(r.firstBlock())
              .writeLong(r.count())
              .writeLong(r.entry());
      case JournalRecord.CopyRun r ->
          out.writeByte(COPY_RUN)
              .writeLong(r.volumeId())
              .writeLong(r.firstBlock())
              .writeLong(r.count())
              .writeLong(r.sourceId())
              .writeLong(r.sourceBlock());
      case JournalRecord.ZeroRun r ->
          out.writeByte(ZERO_RUN)
              .writeLong(r.volumeId())
              .writeLong(r.firstBlock())
              .writeLong(r.count())
              .writeInt(r.generation());
    }
  }

  /** The record at the reader index; empty, and an undefined reader index, if it is not one. */
  static Optional<JournalRecord> decode(ByteBuf in) {
    byte type = in.readByte();
    if (in.readableBytes() < 8) {
      return Optional.empty();
    }
    long volume = in.readLong();
    return switch (type) {
      case CREATE -> named(in, volume, true);
      case SHARE -> named(in, volume, false);
      case REVERT ->
          longs(in, 2)
              ? Optional.of(new JournalRecord.Revert(volume, in.readLong(), in.readLong()))
              : Optional.empty();
      case DELETE -> Optional.of(new JournalRecord.Delete(volume));
      case RESIZE -> longs(in, 1) ? resize(in, volume) : Optional.empty();
      case IMAGE_KNOWN -> Optional.of(new JournalRecord.ImageKnown(volume));
      case MAP_RUN ->
          longs(in, 3)
              ? Optional.of(
                  new JournalRecord.MapRun(volume, in.readLong(), in.readLong(), in.readLong()))
              : Optional.empty();
      case COPY_RUN ->
          longs(in, 4)
              ? Optional.of(
                  new JournalRecord.CopyRun(
                      volume, in.readLong(), in.readLong(), in.readLong(), in.readLong()))
              : Optional.empty();
      case ZERO_RUN ->
          in.readableBytes() >= 20
              ? Optional.of(
                  new JournalRecord.ZeroRun(volume, in.readLong(), in.readLong(), in.readInt()))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<JournalRecord> resize(ByteBuf in, long volume) {
    return Optional.of(new JournalRecord.Resize(volume, in.readLong()));
  }

  private static boolean longs(ByteBuf in, int count) {
    return in.readableBytes() >= 8 * count;
  }

  private static Optional<JournalRecord> named(ByteBuf in, long volume, boolean create) {
    if (in.readableBytes() < 3) {
      return Optional.empty();
    }
    int kind = in.readByte();
    int length = in.readUnsignedShort();
    if (kind < 0 || kind >= VolumeKind.values().length || in.readableBytes() < length + 16) {
      return Optional.empty();
    }
    String name = in.readCharSequence(length, StandardCharsets.UTF_8).toString();
    VolumeKind volumeKind = VolumeKind.values()[kind];
    long sizeBytes = in.readLong();
    long otherId = in.readLong();
    if (!create) {
      return Optional.of(new JournalRecord.Share(volume, volumeKind, name, sizeBytes, otherId));
    }
    if (in.readableBytes() < 2 || in.readableBytes() < 2 + in.getUnsignedShort(in.readerIndex())) {
      return Optional.empty();
    }
    String origin = in.readCharSequence(in.readUnsignedShort(), StandardCharsets.UTF_8).toString();
    return Optional.of(
        new JournalRecord.Create(volume, volumeKind, name, sizeBytes, otherId, origin));
  }

  private static void writeName(ByteBuf out, String name) {
    out.writeShort(ByteBufUtil.utf8Bytes(name)).writeCharSequence(name, StandardCharsets.UTF_8);
  }
}
