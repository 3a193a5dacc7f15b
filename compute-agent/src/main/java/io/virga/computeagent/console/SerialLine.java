package io.virga.computeagent.console;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A guest's first serial line, at the pseudo-terminal that its QEMU has opened in raw mode. Reading
 * and writing block, each for one thread at a time; any other may {@link #close} it, which ends
 * both and waits for them at most {@value #LOOK_MILLIS} ms.
 */
final class SerialLine implements AutoCloseable {

  private static final int LOOK_MILLIS = 200;

  /** The buffer of a pseudo-terminal holds no more. */
  private static final int CHUNK = 4096;

  /** Neither a number of bytes nor 0. */
  private static final long ENDED = -1;

  private final int descriptor;

  /** A descriptor that is in use must not be closed: its number may be another file's at once. */
  private final ReadWriteLock uses = new ReentrantReadWriteLock();

  private final AtomicBoolean closed = new AtomicBoolean();
  private final ByteBuffer incoming = ByteBuffer.allocateDirect(CHUNK);
  private final ByteBuffer outgoing = ByteBuffer.allocateDirect(CHUNK);

  private SerialLine(int descriptor) {
    this.descriptor = descriptor;
  }

  /** Opens the line; fails if the terminal is not there. */
  static SerialLine open(Path terminal) throws IOException {
    try {
      return new SerialLine(LibC.open(terminal.toString(), LibC.TERMINAL));
    } catch (LastErrorException e) {
      throw new IOException("cannot open " + terminal + ": " + e.getMessage(), e);
    }
  }

  /** What the guest has written since, at least a byte; empty when it, or the line, has ended. */
  Optional<byte[]> read() {
    while (true) {
      long read = use(LibC.READABLE, () -> LibC.read(descriptor, incoming, CHUNK));
      if (read == ENDED) {
        return Optional.empty();
      }
      if (read > 0) {
        byte[] bytes = new byte[Math.toIntExact(read)];
        incoming.get(0, bytes);
        return Optional.of(bytes);
      }
    }
  }

  /** Writes all, as fast as the guest reads it, until it or the line ends. */
  void write(byte[] bytes) {
    int written = 0;
    while (written < bytes.length) {
      int length = Math.min(CHUNK, bytes.length - written);
      outgoing.put(0, bytes, written, length);
      long taken = use(LibC.WRITABLE, () -> LibC.write(descriptor, outgoing, length));
      if (taken == ENDED) {
        return;
      }
      written += Math.toIntExact(taken);
    }
  }

  /** A system call on the line. */
  @FunctionalInterface
  private interface Call {
    long run();
  }

  /** How many bytes the call has moved; 0 if the line was not ready for a while. */
  private long use(short event, Call call) {
    uses.readLock().lock();
    try {
      if (closed.get()) {
        return ENDED;
      }
      LibC.PollFd wanted = new LibC.PollFd();
      wanted.fd = descriptor;
      wanted.events = event;
      if (LibC.poll(wanted, 1, LOOK_MILLIS) == 0) {
        return 0;
      }
      long moved = call.run();
      return moved == 0 ? ENDED : moved;
    } catch (LastErrorException e) {
      // When the other side has gone, that is an error of the device.
      boolean later = e.getErrorCode() == LibC.WOULD_BLOCK || e.getErrorCode() == LibC.INTERRUPTED;
      return later ? 0 : ENDED;
    } finally {
      uses.readLock().unlock();
    }
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    uses.writeLock().lock();
    try {
      LibC.close(descriptor);
    } finally {
      uses.writeLock().unlock();
    }
  }
}
