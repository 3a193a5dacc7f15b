package io.virga.blockstore.iscsi;

import java.util.Optional;

/** Names of exports as iSCSI qualified names (RFC 7143 §4.2.7.4). */
public final class TargetNames {

  static final int MAXIMUM_CHARACTERS = 223;
  private static final String PREFIX = "iqn.2026-01.io.virga:";

  private TargetNames() {}

  /** The target's name. */
  public static String of(String export) {
    return PREFIX + export;
  }

  /** The export that the target's name names, if it is one of ours. */
  static Optional<String> export(String target) {
    return target.startsWith(PREFIX) && target.length() <= MAXIMUM_CHARACTERS
        ? Optional.of(target.substring(PREFIX.length()))
        : Optional.empty();
  }
}
