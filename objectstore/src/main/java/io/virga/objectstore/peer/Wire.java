package io.virga.objectstore.peer;

/** Numbers of the protocol. */
final class Wire {

  /** {@code "VPEE"}, the first bytes of the payload of HELLO. */
  static final int MAGIC = 0x56504545;

  static final int VERSION = 2;

  /** {@code u32 payload length | u8 type | u32 stream}. */
  static final int HEAD_BYTES = 9;

  static final int HELLO = 1;
  static final int REQUEST = 2;
  static final int RESPONSE = 3;
  static final int DATA = 4;
  static final int END = 5;
  static final int RESET = 6;
  static final int CREDIT = 7;
  static final int PING = 8;
  static final int PONG = 9;

  /** {@code u32 magic | u16 version}, then the name. */
  static final int HELLO_FIXED_BYTES = 6;

  /** {@code u16 opcode | u32 deadline in ms | u8 body | u32 header length}, header, whole body. */
  static final int REQUEST_FIXED_BYTES = 11;

  /** {@code u16 status | u8 body | u32 header length}, header, whole body. */
  static final int RESPONSE_FIXED_BYTES = 7;

  /** {@code u16 code}, then the text. */
  static final int RESET_FIXED_BYTES = 2;

  private Wire() {}
}
