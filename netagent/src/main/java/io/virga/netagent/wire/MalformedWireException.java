package io.virga.netagent.wire;

/** What a peer sent breaks its own format; a codec turns it into {@link Decoded.Malformed}. */
public final class MalformedWireException extends Exception {

  private static final long serialVersionUID = 1L;

  public MalformedWireException(String message) {
    super(message, null, false, false);
  }
}
