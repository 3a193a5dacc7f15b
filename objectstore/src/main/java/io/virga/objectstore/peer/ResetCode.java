package io.virga.objectstore.peer;

/** Why a stream, or with stream 0 the connection, is ended: the codes of RESET. */
public final class ResetCode {

  /** Nobody wants the result. */
  public static final int CANCELLED = 1;

  /** Too much is going on; nothing was done. */
  public static final int REFUSED = 2;

  /** The service failed. */
  public static final int FAILED = 3;

  /** The body of the request or of the answer failed at its source. */
  public static final int BODY_FAILED = 4;

  /** The other side was waited for too long. */
  public static final int DEADLINE = 5;

  /** The bytes are not the protocol. */
  public static final int PROTOCOL = 6;

  /** The version of the protocol is not spoken here. */
  public static final int VERSION = 7;

  /** The certificate is not one of an object store, or not of the node that HELLO names. */
  public static final int UNWELCOME = 8;

  private ResetCode() {}

  static String name(int code) {
    return switch (code) {
      case CANCELLED -> "cancelled";
      case REFUSED -> "refused";
      case FAILED -> "failed";
      case BODY_FAILED -> "body failed";
      case DEADLINE -> "deadline";
      case PROTOCOL -> "protocol";
      case VERSION -> "version";
      case UNWELCOME -> "unwelcome";
      default -> "code " + code;
    };
  }
}
