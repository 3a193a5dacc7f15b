package io.virga.blockstore.iscsi;

import io.virga.blockstore.export.Export;
import io.virga.blockstore.scsi.LogicalUnit;
import io.virga.blockstore.scsi.Nexus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A session: the order of its commands over all its connections (RFC 7143 §4.2.2), and its way to
 * the unit. Owned by the loop.
 *
 * <p>open → (logout, or the loss of a connection, or its target's end, or another session of its
 * name) → closed.
 */
final class Session {

  private final SessionName name;
  private final int identifier;
  private final Optional<Way> way;
  private final Optional<String> user;
  private final Limits limits;
  private final List<Connection> connections = new ArrayList<>();
  private final Map<Integer, Held> held = new HashMap<>();
  private int expectedSn;
  private int inFlight;
  private int immediate;

  /**
   * @param user the account that the initiator has proved to be
   */
  Session(
      SessionName name,
      int identifier,
      Optional<Way> way,
      Optional<String> user,
      Limits limits,
      int firstSn) {
    this.name = name;
    this.user = user;
    this.identifier = identifier;
    this.way = way;
    this.limits = limits;
    this.expectedSn = firstSn;
  }

  /** The way to the unit of a session that is not for discovery. */
  record Way(Export export, LogicalUnit unit, Nexus nexus) {}

  /** A PDU that came before its turn. */
  private record Held(Connection connection, InitiatorPdu pdu) {}

  /** What is to be done with a PDU. */
  enum Turn {
    NOW,
    LATER,
    NEVER
  }

  SessionName name() {
    return name;
  }

  int identifier() {
    return identifier;
  }

  Optional<Way> way() {
    return way;
  }

  Optional<String> user() {
    return user;
  }

  List<Connection> connections() {
    return connections;
  }

  int expectedSn() {
    return expectedSn;
  }

  /** The last command number that the initiator may use: never goes back. */
  int maximumSn() {
    return expectedSn + limits.commands() - inFlight - 1;
  }

  /** Puts a PDU into its turn; keeps it if that is to come. */
  Turn order(Connection connection, InitiatorPdu pdu, InitiatorPdu.Order order) {
    if (order.immediate()) {
      return Turn.NOW;
    }
    int ahead = order.commandSn() - expectedSn;
    if (ahead == 0 && maximumSn() - expectedSn >= 0) {
      expectedSn++;
      return Turn.NOW;
    }
    boolean inWindow = ahead > 0 && order.commandSn() - maximumSn() <= 0;
    if (!inWindow || held.containsKey(order.commandSn())) {
      return Turn.NEVER;
    }
    held.put(order.commandSn(), new Held(connection, pdu));
    return Turn.LATER;
  }

  /** Handles what waited for what has just been handled. */
  void handleHeld() {
    Held next = held.remove(expectedSn);
    while (next != null) {
      expectedSn++;
      next.connection.perform(next.pdu);
      next = held.remove(expectedSn);
    }
  }

  /** Whether one more immediate command may come. */
  boolean hasRoomForImmediate() {
    return immediate < limits.commands();
  }

  void commandBegan(boolean isImmediate) {
    if (isImmediate) {
      immediate++;
    } else {
      inFlight++;
    }
  }

  void commandEnded(boolean isImmediate) {
    if (isImmediate) {
      immediate--;
    } else {
      inFlight--;
    }
  }

  /** Lets go of what waits. */
  void dropHeld() {
    held.values().forEach(each -> each.pdu.data().release());
    held.clear();
  }
}
