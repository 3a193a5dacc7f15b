package io.virga.dataplane.ring;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The ring as a file: magic {@code VRNG}, format version, the ring as {@link RingCodec} writes it,
 * and a CRC32C of all that. The first format, which had no predecessors, is still read.
 */
public final class RingFile {

  private static final int MAGIC = 0x56524E47;
  private static final int FORMAT_VERSION = 2;
  private static final int FIRST_FORMAT_VERSION = 1;

  private RingFile() {}

  /**
   * Writes the ring so that a reader sees the old file or the whole new one, also after a crash.
   */
  public static void write(Ring ring, Path file) throws IOException {
    ChecksummedFile.write(
        file,
        out -> {
          out.writeInt(MAGIC);
          out.writeInt(FORMAT_VERSION);
          RingCodec.writeRing(out, ring);
        });
  }

  /**
   * Reads a ring.
   *
   * @throws IOException if the file is missing, damaged or of an unknown version
   */
  public static Ring read(Path file) throws IOException {
    return ChecksummedFile.read(
        file,
        "ring file",
        (in, lengthBytes) -> {
          RingCodec.require(in.readInt() == MAGIC, "it is no ring file");
          int format = in.readInt();
          return switch (format) {
            case FORMAT_VERSION -> RingCodec.readRing(in, lengthBytes);
            case FIRST_FORMAT_VERSION -> RingCodec.readFirstFormat(in, lengthBytes);
            default ->
                throw new IllegalArgumentException(
                    "format version %d is unknown; 1 and 2 are read".formatted(format));
          };
        });
  }
}
