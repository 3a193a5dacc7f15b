package io.virga.netagent.ovsdb;

import java.io.IOException;

/** The database refused a request, or the connection with it ended. */
public final class OvsdbException extends IOException {

  private static final long serialVersionUID = 1L;

  public OvsdbException(String message) {
    super(message);
  }

  public OvsdbException(String message, Throwable cause) {
    super(message, cause);
  }
}
