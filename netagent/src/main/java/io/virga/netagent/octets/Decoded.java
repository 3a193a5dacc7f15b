package io.virga.netagent.octets;

/** What came of decoding what has been received so far. */
public sealed interface Decoded<T> {

  /** One whole value; the reader index stands behind it. */
  record Complete<T>(T value) implements Decoded<T> {}

  /** The bytes are a proper beginning; the reader index has not moved. */
  record NeedMore<T>() implements Decoded<T> {}

  /** The bytes can never become a value; the connection is of no more use. */
  record Malformed<T>(String reason) implements Decoded<T> {}
}
