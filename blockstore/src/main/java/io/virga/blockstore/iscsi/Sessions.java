package io.virga.blockstore.iscsi;

import io.virga.blockstore.export.Budget;
import io.virga.blockstore.export.Export;
import io.virga.blockstore.scsi.LogicalUnit;
import io.virga.blockstore.scsi.Nexus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The sessions of a server, by name and by identifier (TSIH). Owned by the loop. */
final class Sessions {

  private static final int MAXIMUM_WAITING = 16;

  private final Targets targets;
  private final Limits limits;
  private final Map<SessionName, Session> byName = new HashMap<>();
  private final Map<Integer, Session> byIdentifier = new HashMap<>();
  private final Budget budget;
  private int lastIdentifier;
  private int newcomers;

  /**
   * @param budget of all connections to the devices, also those by other protocols
   */
  Sessions(Targets targets, Limits limits, Budget budget) {
    this.targets = targets;
    this.limits = limits;
    this.budget = budget;
  }

  Targets targets() {
    return targets;
  }

  /** A connection comes that has not logged in; answers whether there is room for it. */
  boolean newcomerComes() {
    boolean room = newcomers < limits.newcomers();
    newcomers += room ? 1 : 0;
    return room;
  }

  /** One of those for which there was room has logged in, or gone. */
  void newcomerGoes() {
    newcomers--;
  }

  /** What the commands of all connections take together. */
  Budget budget() {
    return budget;
  }

  /** A session, or why there is none. */
  record Joined(LoginStatus status, Optional<Session> session) {

    static Joined failed(LoginStatus status) {
      return new Joined(status, Optional.empty());
    }
  }

  /**
   * Opens a session, and ends one of the same name before (RFC 7143 §6.3.5); calls back once
   * nothing of that one is under way any more, whatever has ended it. Of several who wait for that
   * the last has it.
   */
  void open(Login login, InitiatorPdu.Login pdu, Consumer<Joined> then) {
    SessionName name = new SessionName(login.initiator(), pdu.isid(), login.targetName());
    Session former = login.parameters().discovery ? null : byName.get(name);
    if (former == null) {
      then.accept(add(login, name, pdu));
    } else if (former.waiting() < MAXIMUM_WAITING) {
      close(former, () -> open(login, pdu, then));
    } else {
      then.accept(Joined.failed(LoginStatus.OUT_OF_RESOURCES));
    }
  }

  private Joined add(Login login, SessionName name, InitiatorPdu.Login pdu) {
    if (count() >= limits.sessions() || isFull(name.target())) {
      return Joined.failed(LoginStatus.OUT_OF_RESOURCES);
    }
    if (login.target().filter(export -> !isOpen(export)).isPresent()) {
      return Joined.failed(LoginStatus.NOT_FOUND);
    }
    Optional<Session.Way> way = login.target().map(export -> way(export, name));
    Session session =
        new Session(name, freeIdentifier(), way, login.user(), limits, pdu.order().commandSn());
    byIdentifier.put(session.identifier(), session);
    if (way.isPresent()) {
      byName.put(name, session);
      way.get().unit().connect(way.get().nexus());
    }
    return new Joined(LoginStatus.SUCCESS, Optional.of(session));
  }

  private boolean isFull(String target) {
    long there =
        byIdentifier.values().stream().filter(s -> s.name().target().equals(target)).count();
    return there >= limits.targetSessions();
  }

  private boolean isOpen(Export export) {
    return targets.exports().find(export.name()).filter(found -> found == export).isPresent();
  }

  private Session.Way way(Export export, SessionName name) {
    LogicalUnit unit = targets.unit(export);
    return new Session.Way(
        export, unit, new Nexus(name.nexus(), export.device(), targets.reach(export, name)));
  }

  private int freeIdentifier() {
    do {
      lastIdentifier = lastIdentifier % 0xffff + 1;
    } while (byIdentifier.containsKey(lastIdentifier));
    return lastIdentifier;
  }

  /** How many there are, with those of which something is still under way. */
  int count() {
    return byIdentifier.size();
  }

  /** Another connection for a session that there is. */
  Joined join(Login login, InitiatorPdu.Login pdu) {
    Session session = byIdentifier.get(pdu.tsih());
    SessionName name = new SessionName(login.initiator(), pdu.isid(), login.targetName());
    boolean discovery = login.parameters().discovery;
    if (session == null || !session.isOpen() || !session.name().equals(name) || discovery) {
      return Joined.failed(LoginStatus.NO_SUCH_SESSION);
    }
    List<Connection> connections = session.connections();
    if (connections.isEmpty()) {
      return Joined.failed(LoginStatus.NO_SUCH_SESSION);
    }
    Parameters leading = connections.getFirst().parameters();
    boolean used = connections.stream().anyMatch(c -> c.identifier() == pdu.connection());
    if (used || connections.size() >= leading.maximumConnections) {
      return Joined.failed(LoginStatus.TOO_MANY_CONNECTIONS);
    }
    login.parameters().join(leading);
    return new Joined(LoginStatus.SUCCESS, Optional.of(session));
  }

  /**
   * Ends the session; calls back once nothing of it is under way. Until then it keeps its name and
   * its place.
   */
  void close(Session session, Runnable then) {
    session.whenGone(then);
    if (!session.closes()) {
      return;
    }
    session.dropHeld();
    List.copyOf(session.connections()).forEach(Connection::shut);
    session.connections().clear();
    if (session.way().isEmpty()) {
      gone(session);
      return;
    }
    Session.Way way = session.way().get();
    way.unit().disconnect(way.nexus());
    way.unit().abort(task -> task.nexus() == way.nexus(), () -> gone(session));
  }

  private void gone(Session session) {
    byIdentifier.remove(session.identifier(), session);
    byName.remove(session.name(), session);
    session.gone();
  }

  /** Ends all sessions with the unit. */
  void closeAll(LogicalUnit unit) {
    List<Session> concerned = new ArrayList<>();
    for (Session each : byIdentifier.values()) {
      if (each.way().filter(way -> way.unit() == unit).isPresent()) {
        concerned.add(each);
      }
    }
    concerned.forEach(each -> close(each, () -> {}));
  }
}
