package io.virga.objectstore.log;

import java.io.IOException;

/** There was no room, and nothing has been written. */
public final class NoSpaceException extends IOException {

  public NoSpaceException(String message, Throwable cause) {
    super(message, cause);
  }
}
