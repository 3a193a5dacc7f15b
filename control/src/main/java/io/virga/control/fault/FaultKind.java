package io.virga.control.fault;

/** The kinds of failure that a client is told of. A {@link FaultForm} gives each its status. */
public enum FaultKind {
  BAD_REQUEST("Bad Request", "badRequest", "HTTPBadRequest"),
  UNAUTHORIZED("Unauthorized", "unauthorized", "HTTPUnauthorized"),
  FORBIDDEN("Forbidden", "forbidden", "PolicyNotAuthorized"),
  NOT_FOUND("Not Found", "itemNotFound", "HTTPNotFound"),
  METHOD_NOT_ALLOWED("Method Not Allowed", "badMethod", "HTTPMethodNotAllowed"),
  NOT_ACCEPTABLE("Not Acceptable", "computeFault", "HTTPNotAcceptable"),
  CONFLICT("Conflict", "conflictingRequest", "HTTPConflict"),
  GONE("Gone", "itemNotFound", "HTTPGone"),
  PRECONDITION_FAILED("Precondition Failed", "computeFault", "RevisionNumberConstraintFailed"),
  TOO_LARGE("Request Entity Too Large", "overLimit", "HTTPRequestEntityTooLarge"),
  UNSUPPORTED_MEDIA_TYPE("Unsupported Media Type", "badMediaType", "HTTPUnsupportedMediaType"),
  RANGE_NOT_SATISFIABLE("Requested Range Not Satisfiable", "badRequest", "HTTPBadRequest"),
  TOO_MANY_REQUESTS("Too Many Requests", "overLimit", "HTTPTooManyRequests"),
  OVER_LIMIT("Over Limit", "overLimit", "OverQuota"),
  INTERNAL("Internal Server Error", "computeFault", "HTTPInternalServerError"),
  UNAVAILABLE("Service Unavailable", "serviceUnavailable", "HTTPServiceUnavailable");

  private final String title;
  private final String computeKey;
  private final String networkType;

  FaultKind(String title, String computeKey, String networkType) {
    this.title = title;
    this.computeKey = computeKey;
    this.networkType = networkType;
  }

  /** The reason phrase. */
  public String title() {
    return title;
  }

  /** The name of the one member of nova's and cinder's error bodies. */
  String computeKey() {
    return computeKey;
  }

  /** {@code type} in neutron's error bodies, where the fault gives none. */
  String networkType() {
    return networkType;
  }
}
