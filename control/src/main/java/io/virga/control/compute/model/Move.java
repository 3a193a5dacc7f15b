package io.virga.control.compute.model;

import io.virga.dataplane.desired.PowerState;

/**
 * A server's way to another host, until it is confirmed. It has claimed its place on both.
 *
 * @param id of the migration in the log
 * @param other the host that it goes to while it is leaving or returning, where it was from then on
 * @param zone the availability zone of that host
 * @param power what it is to be when it has arrived
 */
public record Move(long id, Stage stage, String other, String zone, PowerState power) {

  /** How far it is. */
  public enum Stage {
    /** Its host is to end it, and to forget it. */
    LEAVING,
    /** It is on the other host, and neither confirmed nor reverted. */
    ARRIVED,
    /** The host that it had arrived at is to end it, and to forget it. */
    RETURNING
  }

  /** The same, on its way back to the host that it came from. */
  public Move returning(PowerState to) {
    return new Move(id, Stage.RETURNING, other, zone, to);
  }

  /** The same, once it is where it went, from the host. */
  public Move arrived(String from, String fromZone) {
    return new Move(id, Stage.ARRIVED, from, fromZone, power);
  }

  /** Whether its host is to let go of it. */
  public boolean isUnderWay() {
    return stage != Stage.ARRIVED;
  }
}
