package io.virga.objectstore.peer;

import io.virga.dataplane.configuration.HostPort;

/** Why a call has no answer, or a body no end. Carries no stack trace: it is an everyday thing. */
public abstract sealed class PeerFailure extends RuntimeException {

  private PeerFailure(String message) {
    super(message, null, false, false);
  }

  private PeerFailure(String message, Throwable cause) {
    super(message, cause, false, false);
  }

  /** There is no connection to the peer. Nothing was sent. */
  public static final class Unreachable extends PeerFailure {
    public Unreachable(HostPort peer, String reason) {
      super(peer + " cannot be reached: " + reason);
    }
  }

  /** Too much is waiting for the peer already. Nothing was sent. */
  public static final class Busy extends PeerFailure {
    public Busy(HostPort peer, String reason) {
      super(peer + " is busy: " + reason);
    }
  }

  /** The connection was lost; the peer may have done what it was asked, or not. */
  public static final class Broken extends PeerFailure {
    public Broken(String peer, String reason) {
      super("the connection with " + peer + " was lost: " + reason);
    }
  }

  /** The peer ended the call. */
  public static final class Reset extends PeerFailure {

    private final int code;
    private final String text;

    /**
     * An end that the peer declared.
     *
     * @param code of {@link ResetCode}
     */
    public Reset(String peer, int code, String text) {
      super(peer + " ended the call: " + ResetCode.name(code) + ": " + text);
      this.code = code;
      this.text = text;
    }

    /** One of {@link ResetCode}, or a number that a later version knows. */
    public int code() {
      return code;
    }

    /** What the peer said. */
    public String text() {
      return text;
    }
  }

  /** The peer kept the call waiting for too long; it may have done what it was asked, or not. */
  public static final class DeadlineExceeded extends PeerFailure {
    public DeadlineExceeded(String peer, long millis) {
      super(peer + " let a call wait for more than " + millis + " ms");
    }
  }

  /** The body of the request failed while it was sent; the cause is its own error. */
  public static final class BodyFailed extends PeerFailure {
    public BodyFailed(Throwable cause) {
      super("the body of the request failed: " + cause.getMessage(), cause);
    }
  }
}
