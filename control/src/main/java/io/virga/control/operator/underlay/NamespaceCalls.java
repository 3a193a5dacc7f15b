package io.virga.control.operator.underlay;

import static io.virga.control.operator.host.NativeCalls.check;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.virga.control.operator.host.NativeCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** The system calls by which a thread changes its network namespace (setns(2)). */
final class NamespaceCalls {

  private static final int O_CLOEXEC = 0x80000;
  private static final int CLONE_NEWNET = 0x40000000;
  private static final int ARGUMENTS_OF_OPEN = 2;

  private static final MethodHandle OPEN =
      NativeCalls.find(
          "open", ARGUMENTS_OF_OPEN, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SETNS =
      NativeCalls.find("setns", -1, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle CLOSE =
      NativeCalls.find("close", -1, FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private NamespaceCalls() {}

  /** Moves the calling thread, which must be a platform thread of its own, for good. */
  static void enter(Path namespace) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment capture = NativeCalls.capture(arena);
      MemorySegment path = arena.allocateFrom(namespace.toString());
      int file =
          check((int) OPEN.invokeExact(capture, path, O_CLOEXEC), "open " + namespace, capture);
      try {
        int entered = (int) SETNS.invokeExact(capture, file, CLONE_NEWNET);
        check(entered, "enter " + namespace, capture);
      } finally {
        int closed = (int) CLOSE.invokeExact(capture, file);
        check(closed, "close " + namespace, capture);
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }
}
