package io.virga.computeagent.console;

import com.sun.jna.LastErrorException;
import io.virga.dataplane.Invariant;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * One console's log. It is open in QEMU for appending, so it is shortened in place: the kernel
 * takes whole blocks from its beginning while the guest goes on writing, and no byte at its end is
 * lost (FALLOC_FL_COLLAPSE_RANGE; ext4, XFS). Where the file system cannot do that, the kept end is
 * written anew, and what the guest writes in that moment is lost. Calls block.
 */
public final class ConsoleLog {

  /** What one request may ask for. */
  public static final int MAX_TAIL_BYTES = 1 << 20;

  private static final int COLLAPSE_RANGE = 0x08;
  private static final int BLOCK = 1 << 16;

  private ConsoleLog() {}

  /** The last bytes, at most so many; empty if there is no log. */
  public static Optional<byte[]> tail(Path log, int bytes) throws IOException {
    Invariant.check(bytes >= 0 && bytes <= MAX_TAIL_BYTES, "a bounded tail");
    try (FileChannel file = FileChannel.open(log, StandardOpenOption.READ)) {
      long size = file.size();
      long from = Math.max(0, size - bytes);
      return Optional.of(read(file, from, (int) (size - from)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Shortens a log that is longer than the limit to about half of it. */
  public static void limit(Path log, long limitBytes) throws IOException {
    try (FileChannel file =
        FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long size = file.size();
      if (size <= limitBytes) {
        return;
      }
      long excess = (size - limitBytes / 2) / BLOCK * BLOCK;
      if (excess > 0 && !collapse(log, excess)) {
        int kept = Math.toIntExact(Math.min(size - excess, MAX_TAIL_BYTES));
        byte[] end = read(file, size - kept, kept);
        file.truncate(0);
        file.write(ByteBuffer.wrap(end), 0);
      }
    } catch (NoSuchFileException e) {
      // Deleted with its instance.
      return;
    }
  }

  private static byte[] read(FileChannel file, long from, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining() && file.read(buffer, from + buffer.position()) >= 0) {
      continue;
    }
    byte[] read = new byte[buffer.position()];
    buffer.flip().get(read);
    return read;
  }

  private static boolean collapse(Path log, long bytes) throws IOException {
    int descriptor = LibC.open(log.toString(), LibC.READ_WRITE_CLOSE_ON_EXEC);
    try {
      LibC.fallocate(descriptor, COLLAPSE_RANGE, 0, bytes);
      return true;
    } catch (LastErrorException unsupported) {
      return false;
    } finally {
      LibC.close(descriptor);
    }
  }
}
