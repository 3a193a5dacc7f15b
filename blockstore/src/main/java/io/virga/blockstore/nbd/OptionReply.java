package io.virga.blockstore.nbd;

/** What a server answers while haggling. */
sealed interface OptionReply {

  /** That was it. */
  record Ack() implements OptionReply {}

  /** There is an export of this name. */
  record Server(String name) implements OptionReply {}

  /** The size and the transmission flags of the export. */
  record ExportInfo(long sizeBytes, int flags) implements OptionReply {}

  /** The canonical name of the export. */
  record NameInfo(String name) implements OptionReply {}

  /** Which requests are good ones, in bytes. */
  record BlockSizeInfo(int minimum, int preferred, int maximum) implements OptionReply {}

  /** A context is selected, or there is one. */
  record Context(int id, String name) implements OptionReply {}

  /**
   * It cannot be.
   *
   * @param code one of the protocol's {@code NBD_REP_ERR_}
   */
  record Refused(int code, String reason) implements OptionReply {}
}
