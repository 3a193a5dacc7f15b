package io.virga.blockstore.iscsi;

import java.security.MessageDigest;
import java.util.Optional;

/**
 * Who may log in to a target by CHAP (RFC 7143 §12.1.3), and how the target proves itself.
 *
 * @param user the name that the initiator gives
 */
public record ChapAccount(String user, Secret secret, Optional<Mutual> mutual) {

  /** Whether who has proved to be one has proved to be the other. */
  boolean isThatOf(ChapAccount other) {
    return user.equals(other.user) && MessageDigest.isEqual(secret.bytes, other.secret.bytes);
  }

  /** What the target answers to an initiator's challenge. */
  public record Mutual(String user, Secret secret) {}

  /** A secret that no message shows. */
  public record Secret(byte[] bytes) {
    @Override
    public String toString() {
      return "secret";
    }
  }
}
