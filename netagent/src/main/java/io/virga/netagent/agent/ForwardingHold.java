package io.virga.netagent.agent;

import io.virga.netagent.ovsdb.OvsdbException;
import io.virga.netagent.ovsdb.SwitchDatabase;
import java.util.OptionalLong;

/**
 * Has a forwarding daemon that starts again wait for its flows before it forwards ({@code
 * flow-restore-wait}, ovs-vswitchd.conf.db(5)). The kernel's datapath goes on meanwhile with what
 * it had; without the wait the new daemon would empty it at once. A userspace datapath ends with
 * its daemon, so that nothing is gained there. Used by one thread.
 *
 * <pre>
 * state     event                                next      does
 * any       another connection                   UNKNOWN
 * UNKNOWN   flows are in place                   RELEASED  has the daemon forward, if it waits
 * RELEASED  flows are in place, daemon has heard ARMED     the next daemon shall wait
 * </pre>
 */
final class ForwardingHold {

  private final boolean kernelDatapath;
  private boolean armed;
  private OptionalLong released = OptionalLong.empty();

  ForwardingHold(boolean kernelDatapath) {
    this.kernelDatapath = kernelDatapath;
  }

  /** Nothing is known of the daemon. */
  void connected() {
    armed = false;
    released = OptionalLong.empty();
  }

  /** The daemon has all flows; called each time that this was looked at. */
  void programmed(SwitchDatabase database) throws OvsdbException {
    if (!kernelDatapath || armed) {
      return;
    }
    if (released.isEmpty()) {
      released = OptionalLong.of(database.holdForwarding(false));
    }
    if (database.configured() >= released.getAsLong()) {
      database.holdForwarding(true);
      armed = true;
    }
  }
}
