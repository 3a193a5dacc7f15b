package io.virga.dataplane.ring;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The ring as a file: magic {@code VRNG}, format version, ring version, part power, replicas, the
 * devices, the table as 16-bit device ids, and a CRC32C of all that; numbers are big-endian.
 */
public final class RingFile {

  private static final int MAGIC = 0x56524E47;
  private static final int FORMAT_VERSION = 1;
  private static final int MAXIMUM_REPLICAS = 32;

  private RingFile() {}

  /**
   * Writes the ring so that a reader sees the old file or the whole new one, also after a crash.
   */
  public static void write(Ring ring, Path file) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(encode(ring));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Reads a ring.
   *
   * @throws IOException if the file is missing, damaged or of an unknown version
   */
  public static Ring read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length < Long.BYTES || checksum(bytes, bytes.length - 4) != crcOf(bytes)) {
      throw new IOException("the ring file " + file + " is damaged");
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return decode(in, file);
    }
  }

  private static byte[] encode(Ring ring) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeInt(FORMAT_VERSION);
      out.writeLong(ring.version());
      out.writeInt(ring.partPower());
      out.writeInt(ring.replicas());
      out.writeInt(ring.devices().size());
      for (RingDevice device : ring.devices()) {
        out.writeInt(device.id());
        out.writeInt(device.region());
        out.writeInt(device.zone());
        out.writeUTF(device.host());
        out.writeInt(device.port());
        out.writeUTF(device.name());
        out.writeDouble(device.weight());
      }
      for (int replica = 0; replica < ring.replicas(); replica++) {
        for (int partition = 0; partition < ring.partitions(); partition++) {
          out.writeChar(ring.deviceId(replica, partition));
        }
      }
      out.flush();
      out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
    }
    return bytes.toByteArray();
  }

  private static Ring decode(DataInputStream in, Path file) throws IOException {
    require(in.readInt() == MAGIC, file + " is not a ring file");
    int format = in.readInt();
    require(format == FORMAT_VERSION, file + " has the unknown format version " + format);
    long version = in.readLong();
    int partPower = in.readInt();
    int replicas = in.readInt();
    int count = in.readInt();
    require(
        partPower >= 0
            && partPower <= Ring.MAXIMUM_PART_POWER
            && replicas >= 1
            && replicas <= MAXIMUM_REPLICAS
            && count >= 1
            && count <= Ring.MAXIMUM_DEVICES,
        file + " has impossible dimensions");
    List<RingDevice> devices = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      devices.add(
          new RingDevice(
              in.readInt(),
              in.readInt(),
              in.readInt(),
              in.readUTF(),
              in.readInt(),
              in.readUTF(),
              in.readDouble()));
    }
    char[][] table = new char[replicas][1 << partPower];
    for (char[] row : table) {
      for (int partition = 0; partition < row.length; partition++) {
        row[partition] = in.readChar();
      }
    }
    return new Ring(version, partPower, devices, table);
  }

  private static void require(boolean condition, String message) throws IOException {
    if (!condition) {
      throw new IOException(message);
    }
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static int crcOf(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getInt(bytes.length - 4);
  }
}
