package io.virga.netagent.wire;

/** What a peer sent breaks its own format; a codec turns it into {@link Decoded.Malformed}. */
public final class MalformedWireException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String reason;

  public MalformedWireException(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  /** What is wrong, for a log. */
  public String reason() {
    return reason;
  }
}
