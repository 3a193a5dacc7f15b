package io.virga.netagent.octets;

/** What a peer sent breaks its own format; a codec turns it into {@link Decoded.Malformed}. */
public final class MalformedOctetsException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String reason;

  public MalformedOctetsException(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  /** What is wrong, for a log. */
  public String reason() {
    return reason;
  }
}
