package io.virga.objectstore.peer;

/**
 * What a peer may ask of one connection. The window bounds what a stream keeps in memory: {@code
 * windowBytes × streams} for a connection whose bodies nobody reads, which is 2 GiB at the defaults
 * and takes 4,096 stuck requests.
 *
 * @param windowBytes the credit of a stream, each direction: a DATA frame spends its payload and
 *     {@link #DATA_OVERHEAD_BYTES}, so that tiny frames are bounded too
 * @param streams the most at a time
 */
public record Limits(int windowBytes, int streams) {

  /** The most bytes of a request's header. */
  public static final int REQUEST_HEADER_BYTES = 64 << 10;

  /** The most bytes of an answer's header. */
  public static final int RESPONSE_HEADER_BYTES = 1 << 20;

  /** The most bytes of a body that go in one frame with the header. */
  public static final int WHOLE_BODY_BYTES = 64 << 10;

  /** The most bytes of the payload of a DATA frame that is taken. */
  static final int DATA_BYTES = 256 << 10;

  /** The most that is sent in one, so that streams take turns. */
  static final int SENT_DATA_BYTES = 64 << 10;

  static final int DATA_OVERHEAD_BYTES = 64;
  static final int NAME_BYTES = 255;
  static final int RESET_TEXT_BYTES = 1 << 10;

  /** What both sides of the protocol's version 1 keep to. */
  public static final Limits DEFAULT = new Limits(512 << 10, 4096);
}
