package io.virga.blockstore.iscsi;

import io.virga.blockstore.scsi.NexusName;
import java.util.Locale;

/**
 * What makes a session: one initiator port's way to one target (RFC 7143 §4.4.1).
 *
 * @param isid the initiator's part of the session's identifier, 48 bits
 */
record SessionName(String initiator, long isid, String target) {

  NexusName nexus() {
    return new NexusName(
        String.format(Locale.ROOT, "%s,i,0x%012x", initiator, isid), targetPort(target));
  }

  /** The name of the target's one port. */
  static String targetPort(String target) {
    return target + ",t,0x0001";
  }
}
