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
 * name) → closing → (nothing of it is under way any more) → gone.
 */
final class Session {

  private static final int MAXIMUM_SET_FUNCTIONS = 4;

  private final SessionName name;
  private final int identifier;
  private final Optional<Way> way;
  private final Optional<String> user;
  private final Limits limits;
  private final List<Connection> connections = new ArrayList<>();
  private final Map<Integer, Held> held = new HashMap<>();
  private final List<Runnable> whenGone = new ArrayList<>();
  private State state = State.OPEN;
  private int expectedSn;
  private int inFlight;
  private int immediate;
  private int abortTasks;
  private int setFunctions;

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

  private enum State {
    OPEN,
    CLOSING,
    GONE
  }

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

  /**
   * Whether one more task management function may wait for its tasks: as many as there may be
   * commands that abort one each, but few of those that are about all tasks.
   */
  boolean functionBegins(boolean ofOneTask) {
    boolean room =
        ofOneTask ? abortTasks < limits.commands() : setFunctions < MAXIMUM_SET_FUNCTIONS;
    if (room) {
      abortTasks += ofOneTask ? 1 : 0;
      setFunctions += ofOneTask ? 0 : 1;
    }
    return room;
  }

  void functionEnded(boolean ofOneTask) {
    abortTasks -= ofOneTask ? 1 : 0;
    setFunctions -= ofOneTask ? 0 : 1;
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  /** Begins to close; {@code false} if it has before. */
  boolean closes() {
    if (state != State.OPEN) {
      return false;
    }
    state = State.CLOSING;
    return true;
  }

  /** Calls back once it is gone. */
  void whenGone(Runnable then) {
    if (state == State.GONE) {
      then.run();
    } else {
      whenGone.add(then);
    }
  }

  /** How many wait until it is gone. */
  int waiting() {
    return whenGone.size();
  }

  /** Nothing of it is under way any more. */
  void gone() {
    state = State.GONE;
    whenGone.forEach(Runnable::run);
    whenGone.clear();
  }

  /** Lets go of what waits. */
  void dropHeld() {
    held.values().forEach(each -> each.pdu.data().release());
    held.clear();
  }
}
