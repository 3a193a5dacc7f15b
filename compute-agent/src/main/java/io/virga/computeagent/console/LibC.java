package io.virga.computeagent.console;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Structure;
import java.nio.ByteBuffer;

/** The calls of the C library that Java has no others for. */
final class LibC {

  /** {@code O_RDWR | O_CLOEXEC}. */
  static final int READ_WRITE_CLOSE_ON_EXEC = 2 | 0x80000;

  /** Likewise with {@code O_NOCTTY | O_NONBLOCK}: it does not become the process's own. */
  static final int TERMINAL = READ_WRITE_CLOSE_ON_EXEC | 0x100 | 0x800;

  /** {@code POLLIN}. */
  static final short READABLE = 1;

  /** {@code POLLOUT}. */
  static final short WRITABLE = 4;

  /** {@code EAGAIN}: there is nothing to be read, or no room. */
  static final int WOULD_BLOCK = 11;

  /** A signal has come. */
  static final int INTERRUPTED = 4;

  static {
    Native.register(LibC.class, "c");
  }

  private LibC() {}

  /** {@code struct pollfd}. */
  @Structure.FieldOrder({"fd", "events", "revents"})
  public static final class PollFd extends Structure {
    public int fd;
    public short events;
    public short revents;
  }

  static native int open(String path, int flags) throws LastErrorException;

  static native int fallocate(int descriptor, int mode, long offset, long length)
      throws LastErrorException;

  static native int poll(PollFd descriptor, long count, int timeoutMillis)
      throws LastErrorException;

  static native long read(int descriptor, ByteBuffer buffer, long length) throws LastErrorException;

  static native long write(int descriptor, ByteBuffer buffer, long length)
      throws LastErrorException;

  static native int close(int descriptor) throws LastErrorException;
}
