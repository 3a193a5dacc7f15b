package io.virga.control.operator.lab;

import static io.virga.control.operator.host.NativeCalls.check;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.virga.control.operator.host.NativeCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;

/**
 * Whole Ethernet frames of one interface of this network namespace (packet(7)). One thread receives
 * and one sends. It stays open for the life of the process.
 */
final class PacketSocket {

  /** More than any frame here, whose links have no segmentation offload. */
  static final int FRAME_BYTES = 1 << 16;

  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SOL_PACKET = 263;
  private static final int PACKET_IGNORE_OUTGOING = 23;
  private static final short ETH_P_ALL = 3;
  private static final int RECEIVE_BUFFER_BYTES = 4 << 20;
  private static final int ADDRESS_BYTES = 20;

  private static final MethodHandle SOCKET =
      NativeCalls.find("socket", -1, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle INDEX =
      NativeCalls.find("if_nametoindex", -1, FunctionDescriptor.of(JAVA_INT, ADDRESS));
  private static final MethodHandle BIND =
      NativeCalls.find("bind", -1, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SET =
      NativeCalls.find(
          "setsockopt",
          -1,
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle RECEIVE =
      NativeCalls.find(
          "recv", -1, FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle SEND =
      NativeCalls.find(
          "send", -1, FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

  private final int file;

  private PacketSocket(int file) {
    this.file = file;
  }

  /** A socket on the interface; what it sends itself it does not receive. */
  static PacketSocket open(String link) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment capture = NativeCalls.capture(arena);
      int index = (int) INDEX.invokeExact(capture, arena.allocateFrom(link));
      check(index == 0 ? -1 : index, "find the interface " + link, capture);
      int opened = (int) SOCKET.invokeExact(capture, AF_PACKET, SOCK_RAW, 0);
      PacketSocket socket = new PacketSocket(check(opened, "open a packet socket", capture));
      socket.set(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
      socket.set(SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES);
      MemorySegment address = arena.allocate(ADDRESS_BYTES);
      address.set(JAVA_SHORT, 0, (short) AF_PACKET);
      address.set(JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), Short.BYTES, ETH_P_ALL);
      address.set(JAVA_INT, Integer.BYTES, index);
      int bound = (int) BIND.invokeExact(capture, socket.file, address, ADDRESS_BYTES);
      check(bound, "bind to " + link, capture);
      return socket;
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  /**
   * Waits for a frame.
   *
   * @param frame room for {@link #FRAME_BYTES}
   * @return its length; negative when the interface is down, which may pass
   */
  long receive(MemorySegment capture, MemorySegment frame) {
    try {
      return (long) RECEIVE.invokeExact(capture, file, frame, (long) FRAME_BYTES, 0);
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  /** Sends a frame, or loses it where the interface takes none. */
  boolean send(MemorySegment capture, MemorySegment frame, long length) {
    try {
      return (long) SEND.invokeExact(capture, file, frame, length, 0) == length;
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  private void set(int level, int option, int value) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment capture = NativeCalls.capture(arena);
      MemorySegment given = arena.allocateFrom(JAVA_INT, value);
      int done = (int) SET.invokeExact(capture, file, level, option, given, Integer.BYTES);
      check(done, "set option " + option + " of a packet socket", capture);
    }
  }
}
