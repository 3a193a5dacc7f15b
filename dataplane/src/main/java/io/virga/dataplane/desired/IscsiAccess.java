package io.virga.dataplane.desired;

import java.util.Locale;
import java.util.Optional;

/**
 * Who may open an export over iSCSI: one account alone, made for one attachment (CHAP, RFC 7143
 * §12.1.3).
 *
 * @param user the name that an initiator gives
 * @param secret what it proves to know; never logged
 * @param initiator the only InitiatorName that may come, where that is known
 */
public record IscsiAccess(String user, String secret, Optional<String> initiator) {

  private static final String PREFIX = "iqn.2026-01.io.virga:";

  /** The iSCSI name of the target that an export is ({@link ExportSpec#name()}). */
  public static String target(String export) {
    return PREFIX + export;
  }

  /** The export that a target's name names, if it is one of ours. */
  public static Optional<String> export(String target) {
    return target.startsWith(PREFIX)
        ? Optional.of(target.substring(PREFIX.length()))
        : Optional.empty();
  }

  /** The iSCSI name of the initiator that guests of a host come through. */
  public static String initiator(String host) {
    return PREFIX + "host." + host.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-");
  }

  @Override
  public String toString() {
    return "IscsiAccess[user=" + user + ", initiator=" + initiator + "]";
  }
}
