package io.virga.dataplane.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Set;

/** The few system calls that Java does not offer (Linux on x86-64). All block. */
final class Libc {

  private static final int O_RDONLY = 0;
  private static final int O_RDWR = 2;
  private static final int O_CREAT = 0x40;
  private static final int O_EXCL = 0x80;
  private static final int O_DIRECT = 0x4000;
  private static final int O_CLOEXEC = 0x80000;
  private static final int SEEK_END = 2;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int ENXIO = 6;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int OWNER_ONLY = 0600;
  private static final int PUNCH_HOLE_KEEP_SIZE = 3;
  private static final int AT_FDCWD = -100;
  private static final int STATX_BLOCKS = 0x400;
  private static final int STATX_BYTES = 256;
  private static final int STATX_BLOCKS_OFFSET = 48;
  private static final int SECTOR_BYTES = 512;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::make);

  private static final MethodHandle OPEN =
      handle(
          "open",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE =
      handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  private static final MethodHandle LSEEK =
      handle(
          "lseek",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));

  private static final MethodHandle FCNTL =
      handle(
          "fcntl",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle SENDFILE =
      handle(
          "sendfile",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG));

  private static final MethodHandle FALLOCATE =
      handle(
          "fallocate",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle STATX =
      handle(
          "statx",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS));

  private Libc() {}

  /** What a thread's calls use again and again: where errno goes, and a word to point at. */
  private record Scratch(MemorySegment capture, MemorySegment word) {
    static Scratch make() {
      Arena arena = Arena.ofAuto();
      return new Scratch(arena.allocate(CAPTURE), arena.allocate(ValueLayout.JAVA_LONG));
    }
  }

  private static MethodHandle handle(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker.Option[] all = new Linker.Option[options.length + 1];
    System.arraycopy(options, 0, all, 0, options.length);
    all[options.length] = Linker.Option.captureCallState("errno");
    return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), descriptor, all);
  }

  /** {@code open(2)}: the descriptor. */
  static int open(Path path, Set<FileOption> options) throws IOException {
    int flags = O_CLOEXEC | (options.contains(FileOption.WRITE) ? O_RDWR : O_RDONLY);
    flags |= options.contains(FileOption.CREATE) ? O_CREAT : 0;
    flags |= options.contains(FileOption.CREATE_NEW) ? O_CREAT | O_EXCL : 0;
    flags |= options.contains(FileOption.DIRECT) ? O_DIRECT : 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment capture = arena.allocate(CAPTURE);
      MemorySegment name = arena.allocateFrom(path.toString());
      int descriptor = (int) OPEN.invokeExact(capture, name, flags, OWNER_ONLY);
      return (int) checked(path, capture, descriptor);
    } catch (Throwable e) {
      throw asIoException(path, e);
    }
  }

  /** {@code close(2)}. */
  static void close(Path path, int descriptor) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment capture = arena.allocate(CAPTURE);
      checked(path, capture, (int) CLOSE.invokeExact(capture, descriptor));
    } catch (Throwable e) {
      throw asIoException(path, e);
    }
  }

  /** The size, by {@code lseek(2)}; nothing here uses a descriptor's position. */
  static long size(Path path, int descriptor) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment capture = arena.allocate(CAPTURE);
      return checked(path, capture, (long) LSEEK.invokeExact(capture, descriptor, 0L, SEEK_END));
    } catch (Throwable e) {
      throw asIoException(path, e);
    }
  }

  /** Where data is next, at the offset or behind it, by {@code lseek(2)}; -1 if nowhere. */
  static long nextData(Path path, int descriptor, long offset) throws IOException {
    return seek(path, descriptor, offset, SEEK_DATA);
  }

  /** Where the next hole is, likewise; the file's end is one. */
  static long nextHole(Path path, int descriptor, long offset) throws IOException {
    return seek(path, descriptor, offset, SEEK_HOLE);
  }

  private static long seek(Path path, int descriptor, long offset, int whence) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment capture = arena.allocate(CAPTURE);
      long found = (long) LSEEK.invokeExact(capture, descriptor, offset, whence);
      boolean nowhere = found < 0 && (int) ERRNO.get(capture, 0L) == ENXIO;
      return nowhere ? -1 : checked(path, capture, found);
    } catch (Throwable e) {
      throw asIoException(path, e);
    }
  }

  /** The descriptor's status flags, by {@code fcntl(2)}; negative for a failure. */
  static int flags(int descriptor) {
    return control(descriptor, F_GETFL, 0);
  }

  /** Sets the descriptor's status flags, by {@code fcntl(2)}; negative for a failure. */
  static int setFlags(int descriptor, int flags) {
    return control(descriptor, F_SETFL, flags);
  }

  private static int control(int descriptor, int command, int value) {
    try {
      return (int) FCNTL.invokeExact(SCRATCH.get().capture(), descriptor, command, value);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code sendfile(2)}: how many bytes the socket took; negative for a failure. */
  static long sendFile(int socket, int file, long offset, long length) {
    Scratch scratch = SCRATCH.get();
    scratch.word().set(ValueLayout.JAVA_LONG, 0, offset);
    try {
      return (long) SENDFILE.invokeExact(scratch.capture(), socket, file, scratch.word(), length);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code fallocate(2)}: makes a range a hole. */
  static void punchHole(Path path, int descriptor, long offset, long length) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment capture = arena.allocate(CAPTURE);
      checked(
          path,
          capture,
          (int) FALLOCATE.invokeExact(capture, descriptor, PUNCH_HOLE_KEEP_SIZE, offset, length));
    } catch (Throwable e) {
      throw asIoException(path, e);
    }
  }

  /** How much a file has on disk, by {@code statx(2)}. */
  static long allocatedBytes(Path path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment capture = arena.allocate(CAPTURE);
      MemorySegment name = arena.allocateFrom(path.toString());
      MemorySegment found = arena.allocate(STATX_BYTES, Long.BYTES);
      int result = (int) STATX.invokeExact(capture, AT_FDCWD, name, 0, STATX_BLOCKS, found);
      checked(path, capture, result);
      return found.get(ValueLayout.JAVA_LONG, STATX_BLOCKS_OFFSET) * SECTOR_BYTES;
    } catch (Throwable e) {
      throw asIoException(path, e);
    }
  }

  private static long checked(Path path, MemorySegment capture, long result) throws IOException {
    if (result < 0) {
      throw Errno.exception(path, (int) ERRNO.get(capture, 0L));
    }
    return result;
  }

  private static IOException asIoException(Path path, Throwable thrown) {
    return switch (thrown) {
      case IOException e -> e;
      case Error e -> throw e;
      default -> new IOException(path + ": " + thrown, thrown);
    };
  }
}
