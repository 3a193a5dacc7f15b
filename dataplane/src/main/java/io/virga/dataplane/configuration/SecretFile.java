package io.virga.dataplane.configuration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * A file that holds one secret and that nobody but its owner may open. The secret itself is read
 * when it is needed and is never part of a message.
 */
public record SecretFile(Path path) {

  private static final long MAX_BYTES = 64 << 10;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  /**
   * Checks that the file is there and that only its owner may open it. Blocks.
   *
   * @throws IllegalArgumentException saying what is accepted
   */
  static SecretFile checked(Path path) {
    try {
      if (!Files.isRegularFile(path)) {
        throw new IllegalArgumentException("expected a file that is there");
      }
      if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(path))) {
        throw new IllegalArgumentException(
            "expected a file that only its owner may open (chmod 600)");
      }
      if (Files.size(path) > MAX_BYTES) {
        throw new IllegalArgumentException("expected a file of at most 64KiB");
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("expected a file that can be read: " + e, e);
    }
    return new SecretFile(path);
  }

  /** The secret without the white space around it. Blocks. */
  public String read() throws IOException {
    return Files.readString(path).strip();
  }
}
