package io.virga.control.operator.host;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Functions of the C library that Java does not offer. Each takes, before its own arguments, the
 * segment in which it leaves errno.
 */
public final class NativeCalls {

  private static final Linker LINKER = Linker.nativeLinker();
  private static final VarHandle ERRNO =
      Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private NativeCalls() {}

  /**
   * The function.
   *
   * @param variadic how many arguments come before those of which there may be any number; negative
   *     for a function that has none of these
   */
  public static MethodHandle find(String name, int variadic, FunctionDescriptor descriptor) {
    Linker.Option capture = Linker.Option.captureCallState("errno");
    Linker.Option[] options =
        variadic < 0
            ? new Linker.Option[] {capture}
            : new Linker.Option[] {capture, Linker.Option.firstVariadicArg(variadic)};
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
  }

  /** Where a call leaves errno. */
  public static MemorySegment capture(Arena arena) {
    return arena.allocate(Linker.Option.captureStateLayout());
  }

  public static int errno(MemorySegment capture) {
    return (int) ERRNO.get(capture, 0L);
  }

  /** The result of a call that is negative when it failed. */
  public static int check(int result, String what, MemorySegment capture) throws IOException {
    if (result < 0) {
      throw new IOException("cannot %s (errno %d)".formatted(what, errno(capture)));
    }
    return result;
  }

  /** What a call threw: only errors of the machine are expected. */
  public static RuntimeException unexpected(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new IllegalStateException(thrown);
    };
  }
}
