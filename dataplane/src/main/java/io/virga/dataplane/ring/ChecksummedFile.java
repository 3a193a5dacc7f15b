package io.virga.dataplane.ring;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * Files that are there as a whole or not at all, also after a crash, and that end with a CRC32C of
 * all before it. Only their owner may read them.
 */
final class ChecksummedFile {

  private static final int BUFFER_BYTES = 1 << 16;

  private ChecksummedFile() {}

  /** Writes the contents. */
  interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  /** Reads the contents. */
  interface Reader<T> {
    /**
     * @param lengthBytes of all contents, checked before anything is allocated
     */
    T read(DataInputStream in, long lengthBytes) throws IOException;
  }

  static void write(Path file, Writer writer) throws IOException {
    replace(
        file,
        channel -> {
          CheckedOutputStream checked =
              new CheckedOutputStream(
                  new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES),
                  new CRC32C());
          DataOutputStream out = new DataOutputStream(checked);
          writer.write(out);
          out.writeInt((int) checked.getChecksum().getValue());
          out.flush();
        });
  }

  /** Fills a channel. */
  interface Filler {
    void fill(FileChannel channel) throws IOException;
  }

  /** Puts a new file in place of an old one, durably. */
  static void replace(Path file, Filler filler) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      filler.fill(channel);
      channel.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
        entries.force(true);
      }
    }
  }

  /**
   * @param kind what the file is, for the error
   * @throws IOException if the file is missing, damaged or says what cannot be
   */
  static <T> T read(Path file, String kind, Reader<T> reader) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long lengthBytes = channel.size() - Integer.BYTES;
      if (lengthBytes < 0 || !isWhole(channel, lengthBytes)) {
        throw new IOException("the " + kind + " " + file + " is damaged");
      }
      channel.position(0);
      DataInputStream in = new DataInputStream(buffered(channel));
      T result = reader.read(in, lengthBytes);
      in.skipNBytes(Integer.BYTES);
      if (in.read() >= 0) {
        throw new IllegalArgumentException("more follows what should be its end");
      }
      return result;
    } catch (EOFException e) {
      throw new IOException("the " + kind + " " + file + " is too short for what it holds", e);
    } catch (IllegalArgumentException e) {
      throw new IOException("the " + kind + " " + file + " cannot be: " + e.getMessage(), e);
    }
  }

  private static boolean isWhole(FileChannel channel, long lengthBytes) throws IOException {
    DataInputStream in = new DataInputStream(buffered(channel));
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (long left = lengthBytes; left > 0; ) {
      int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (count < 0) {
        return false;
      }
      crc.update(buffer, 0, count);
      left -= count;
    }
    return in.readInt() == (int) crc.getValue();
  }

  private static InputStream buffered(FileChannel channel) {
    return new BufferedInputStream(Channels.newInputStream(channel), BUFFER_BYTES);
  }
}
