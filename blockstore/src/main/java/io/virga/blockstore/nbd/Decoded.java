package io.virga.blockstore.nbd;

/** What a decoder found at the reader index; it has moved on only if it found all. */
sealed interface Decoded<T> {

  /** A message. */
  record Complete<T>(T message) implements Decoded<T> {}

  /**
   * A beginning of one.
   *
   * @param totalBytes how many bytes it needs from the reader index, as far as is known by now
   */
  record NeedMore<T>(int totalBytes) implements Decoded<T> {}

  /** Not the protocol; the connection is to be closed. */
  record Malformed<T>(String reason) implements Decoded<T> {}
}
