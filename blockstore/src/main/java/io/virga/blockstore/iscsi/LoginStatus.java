package io.virga.blockstore.iscsi;

/** Why a login failed: class and detail (RFC 7143 §11.13.5). */
enum LoginStatus {
  SUCCESS(0x0000),
  INITIATOR_ERROR(0x0200),
  AUTHENTICATION_FAILURE(0x0201),
  AUTHORIZATION_FAILURE(0x0202),
  NOT_FOUND(0x0203),
  UNSUPPORTED_VERSION(0x0205),
  TOO_MANY_CONNECTIONS(0x0206),
  MISSING_PARAMETER(0x0207),
  SESSION_TYPE_NOT_SUPPORTED(0x0209),
  NO_SUCH_SESSION(0x020a),
  INVALID_DURING_LOGIN(0x020b),
  OUT_OF_RESOURCES(0x0302);

  private final int code;

  LoginStatus(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
