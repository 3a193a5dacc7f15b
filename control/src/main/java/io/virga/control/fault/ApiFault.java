package io.virga.control.fault;

import java.time.Duration;
import java.util.Optional;

/**
 * A request that fails for a reason which its sender is told: the one error type of control's API.
 * It carries no stack trace. The message names the value and what is accepted.
 */
public final class ApiFault extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final FaultKind kind;
  private final String type;
  private final transient Optional<Duration> retryAfter;

  private ApiFault(FaultKind kind, String message, String type) {
    this(kind, message, type, Optional.empty());
  }

  private ApiFault(FaultKind kind, String message, String type, Optional<Duration> retryAfter) {
    super(message, null, false, false);
    this.kind = kind;
    this.type = type;
    this.retryAfter = retryAfter;
  }

  public static ApiFault of(FaultKind kind, String message) {
    return new ApiFault(kind, message, "");
  }

  public static ApiFault badRequest(String message) {
    return of(FaultKind.BAD_REQUEST, message);
  }

  public static ApiFault unauthorized(String message) {
    return of(FaultKind.UNAUTHORIZED, message);
  }

  public static ApiFault forbidden(String message) {
    return of(FaultKind.FORBIDDEN, message);
  }

  /**
   * There is none, or it is another project's: the two are never told apart.
   *
   * @param thing what was looked for, for example {@code Volume}
   */
  public static ApiFault notFound(String thing, String id) {
    return new ApiFault(
        FaultKind.NOT_FOUND, thing + " " + id + " could not be found.", thing + "NotFound");
  }

  public static ApiFault conflict(String message) {
    return of(FaultKind.CONFLICT, message);
  }

  public static ApiFault overLimit(String message) {
    return of(FaultKind.OVER_LIMIT, message);
  }

  public static ApiFault unavailable(String message) {
    return of(FaultKind.UNAVAILABLE, message);
  }

  /** Whether it says that nobody is who he says he is. */
  public static boolean isUnauthorized(Throwable error) {
    return error instanceof ApiFault fault && fault.kind == FaultKind.UNAUTHORIZED;
  }

  /** Whether it says that there is no such thing. */
  public static boolean isNotFound(Throwable error) {
    return error instanceof ApiFault fault && fault.kind == FaultKind.NOT_FOUND;
  }

  /**
   * @param retryAfter when it is worth to try again
   */
  public static ApiFault tooManyRequests(String message, Duration retryAfter) {
    return new ApiFault(FaultKind.TOO_MANY_REQUESTS, message, "", Optional.of(retryAfter));
  }

  /** With neutron's own name for it, for example {@code IpAddressInUse}. */
  public ApiFault ofType(String networkType) {
    return new ApiFault(kind, message(), networkType);
  }

  public FaultKind kind() {
    return kind;
  }

  public String message() {
    return String.valueOf(getMessage());
  }

  /** When it is worth to try again, if that is known. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }

  Optional<String> type() {
    return type.isEmpty() ? Optional.empty() : Optional.of(type);
  }
}
