package io.virga.blockstore.agent;

import java.io.IOException;
import java.nio.file.Path;

/** Another process has the pool; it may be about to end. */
final class PoolInUseException extends IOException {

  private static final long serialVersionUID = 1L;

  PoolInUseException(Path directory) {
    super(directory + " is in use by another process");
  }
}
