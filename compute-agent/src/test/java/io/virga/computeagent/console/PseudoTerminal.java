package io.virga.computeagent.console;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A pseudo-terminal in raw mode, as a QEMU has it: this is QEMU's side. */
final class PseudoTerminal implements AutoCloseable {

  private static final int OPEN = 2 | 0x100;
  private static final int TERMIOS_BYTES = 256;

  static {
    Native.register(PseudoTerminal.class, "c");
  }

  private final int controller;
  private final Path path;

  PseudoTerminal() {
    controller = posix_openpt(OPEN);
    grantpt(controller);
    unlockpt(controller);
    byte[] name = new byte[64];
    ptsname_r(controller, name, name.length);
    path = Path.of(Native.toString(name));
    ByteBuffer attributes = ByteBuffer.allocateDirect(TERMIOS_BYTES);
    tcgetattr(controller, attributes);
    cfmakeraw(attributes);
    tcsetattr(controller, 0, attributes);
  }

  Path path() {
    return path;
  }

  void write(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
    LibC.write(controller, buffer, bytes.length);
  }

  /** So many bytes, when they have come. */
  String read(int bytes) {
    StringBuilder text = new StringBuilder();
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
    while (text.length() < bytes) {
      int read = Math.toIntExact(LibC.read(controller, buffer, bytes - text.length()));
      byte[] some = new byte[read];
      buffer.get(0, some);
      text.append(new String(some, StandardCharsets.US_ASCII));
    }
    return text.toString();
  }

  @Override
  public void close() {
    LibC.close(controller);
  }

  static native int posix_openpt(int flags) throws LastErrorException;

  static native int grantpt(int descriptor) throws LastErrorException;

  static native int unlockpt(int descriptor) throws LastErrorException;

  static native int ptsname_r(int descriptor, byte[] name, long length) throws LastErrorException;

  static native int tcgetattr(int descriptor, ByteBuffer attributes) throws LastErrorException;

  static native void cfmakeraw(ByteBuffer attributes);

  static native int tcsetattr(int descriptor, int when, ByteBuffer attributes)
      throws LastErrorException;
}
