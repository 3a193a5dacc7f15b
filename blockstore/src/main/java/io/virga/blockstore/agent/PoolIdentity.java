package io.virga.blockstore.agent;

import io.virga.dataplane.storage.PrivateFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Which pool a device directory holds: a UUID in the file {@code pool}, written when the pool has
 * been made and never again. Blocks.
 */
final class PoolIdentity {

  private static final String FILE = "pool";

  private PoolIdentity() {}

  /** The pool that the directory holds; empty for none, or one of before there were identities. */
  static Optional<UUID> read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String text = Files.readString(file, StandardCharsets.UTF_8).strip();
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " does not hold the UUID of a pool", e);
    }
  }

  /** The identity that the pool has from now on, durably. */
  static UUID make(Path directory) throws IOException {
    UUID identity = UUID.randomUUID();
    byte[] text = (identity + "\n").getBytes(StandardCharsets.UTF_8);
    PrivateFile.replace(directory.resolve(FILE), text);
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      PrivateFile.syncDirectory(parent);
    }
    return identity;
  }
}
