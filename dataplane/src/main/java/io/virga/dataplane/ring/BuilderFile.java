package io.virga.dataplane.ring;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A ring builder as a file: magic {@code VRBD}, format version, the settings, the devices, the
 * removed devices, when each partition last moved, the last ring, and a CRC32C of all that. It
 * holds the whole ring, so that the ring file can always be written again from it.
 */
public final class BuilderFile {

  private static final int MAGIC = 0x56524244;
  private static final int FORMAT_VERSION = 1;

  private BuilderFile() {}

  /** Writes the builder, whole or not at all. */
  public static void write(RingBuilder builder, Path file) throws IOException {
    ChecksummedFile.write(file, out -> encode(builder.state(), out));
  }

  /**
   * Reads a builder.
   *
   * @throws IOException if the file is missing, damaged or of an unknown version
   */
  public static RingBuilder read(Path file) throws IOException {
    return ChecksummedFile.read(file, "ring builder file", BuilderFile::decode);
  }

  private static void encode(RingBuilder.State state, DataOutputStream out) throws IOException {
    out.writeInt(MAGIC);
    out.writeInt(FORMAT_VERSION);
    RingBuilder.Settings settings = state.settings();
    out.writeInt(settings.partPower());
    out.writeInt(settings.replicas());
    out.writeDouble(settings.overload());
    out.writeInt(settings.minPartHours());
    out.writeInt(settings.nextId());
    RingCodec.writeDevices(out, state.devices());
    RingCodec.writeDevices(out, state.removed());
    for (int second : state.movedAt()) {
      out.writeInt(second);
    }
    out.writeBoolean(state.ring().isPresent());
    if (state.ring().isPresent()) {
      RingCodec.writeRing(out, state.ring().get());
    }
  }

  private static RingBuilder decode(DataInputStream in, long lengthBytes) throws IOException {
    RingCodec.require(in.readInt() == MAGIC, "it is no ring builder file");
    int format = in.readInt();
    RingCodec.require(
        format == FORMAT_VERSION, "format version %d is unknown; 1 is read".formatted(format));
    RingBuilder.Settings settings =
        new RingBuilder.Settings(
            in.readInt(), in.readInt(), in.readDouble(), in.readInt(), in.readInt());
    RingCodec.require(
        settings.partPower() >= 0
            && settings.partPower() <= Ring.MAXIMUM_PART_POWER
            && (long) Integer.BYTES << settings.partPower() <= lengthBytes,
        "its part power is " + settings.partPower());
    List<RingDevice> devices = RingCodec.readDevices(in);
    List<RingDevice> removed = RingCodec.readDevices(in);
    int[] movedAt = new int[1 << settings.partPower()];
    for (int partition = 0; partition < movedAt.length; partition++) {
      movedAt[partition] = in.readInt();
    }
    Optional<Ring> ring =
        in.readBoolean() ? Optional.of(RingCodec.readRing(in, lengthBytes)) : Optional.empty();
    RingCodec.require(
        ring.isEmpty() || ring.get().partPower() == settings.partPower(),
        "its ring has another part power");
    return RingBuilder.of(new RingBuilder.State(settings, devices, removed, movedAt, ring));
  }
}
