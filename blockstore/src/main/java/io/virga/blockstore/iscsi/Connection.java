package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;
import io.virga.blockstore.scsi.Admission;
import io.virga.blockstore.scsi.Command;
import io.virga.blockstore.scsi.LogicalUnit;
import io.virga.blockstore.scsi.MissingUnit;
import io.virga.blockstore.scsi.Result;
import io.virga.blockstore.scsi.Sense;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One connection in its full feature phase (RFC 7143 §4.2): takes PDUs, holds the commands that
 * came over it, and answers in the order in which they end. Owned by the loop.
 *
 * <p>open → (logout, an error of the protocol, or the end of its session) → shut.
 */
final class Connection {

  private static final int CLOSE_SESSION = 0;
  private static final int CLOSE_CONNECTION = 1;
  private static final int LOGGED_OUT = 0;
  private static final int NO_SUCH_CONNECTION = 1;
  private static final int NO_RECOVERY = 2;

  private final int identifier;
  private final Session session;
  private final Sessions sessions;
  private final Parameters parameters;
  private final Limits limits;
  private final Outlet outlet;
  private final Answers answers;
  private final TextExchange texts;
  private final Map<Integer, CommandTask> tasks = new HashMap<>();
  private final Set<CommandTask> queued = new LinkedHashSet<>();
  private final Set<CommandTask> soliciting = new LinkedHashSet<>();
  private int reservedBytes;
  private int runningBytes;
  private int nextTransferTag;
  private boolean pumping;
  private boolean shut;

  Connection(int identifier, Session session, Sessions sessions, Agreed agreed, Outlet outlet) {
    this.identifier = identifier;
    this.session = session;
    this.sessions = sessions;
    this.parameters = agreed.parameters;
    this.limits = agreed.limits;
    this.outlet = outlet;
    this.answers = new Answers(session, agreed, outlet);
    this.texts = new TextExchange(sessions.targets(), session, outlet, limits);
  }

  /** What the login has come to. */
  record Agreed(Parameters parameters, Framing framing, Limits limits, int statSn) {}

  int identifier() {
    return identifier;
  }

  Parameters parameters() {
    return parameters;
  }

  Optional<CommandTask> task(int tag) {
    return Optional.ofNullable(tasks.get(tag));
  }

  ByteBuf allocateDataIn(int lengthBytes) {
    return answers.allocateDataIn(lengthBytes);
  }

  /** Takes a PDU, and its data. */
  void handle(InitiatorPdu pdu) {
    switch (pdu) {
      case InitiatorPdu.DataOut data -> dataOut(data);
      case InitiatorPdu.ScsiCommand p -> order(p, p.order());
      case InitiatorPdu.NopOut p -> order(p, p.order());
      case InitiatorPdu.TaskManagement p -> order(p, p.order());
      case InitiatorPdu.Text p -> order(p, p.order());
      case InitiatorPdu.Logout p -> order(p, p.order());
      case InitiatorPdu.Login p -> {
        p.data().release();
        protocolError(Wire.LOGIN, p.tag());
      }
      case InitiatorPdu.Other p -> {
        p.data().release();
        answers.reject(Wire.REJECT_NOT_SUPPORTED, p.header());
      }
    }
  }

  private void order(InitiatorPdu pdu, InitiatorPdu.Order order) {
    switch (session.order(this, pdu, order)) {
      case NOW -> {
        perform(pdu);
        session.handleHeld();
      }
      case LATER -> {}
      case NEVER -> pdu.data().release();
    }
  }

  /** Handles a PDU whose turn it is. */
  void perform(InitiatorPdu pdu) {
    if (shut) {
      pdu.data().release();
      return;
    }
    switch (pdu) {
      case InitiatorPdu.ScsiCommand command -> command(command);
      case InitiatorPdu.NopOut nop -> {
        if (nop.tag() != Wire.NO_TAG) {
          answers.nop(nop.tag(), nop.data());
        }
        nop.data().release();
      }
      case InitiatorPdu.TaskManagement function -> {
        function.data().release();
        taskManagement(function);
      }
      case InitiatorPdu.Text text -> text(text);
      case InitiatorPdu.Logout logout -> {
        logout.data().release();
        logout(logout);
      }
      case InitiatorPdu.DataOut other -> other.data().release();
      case InitiatorPdu.Login other -> other.data().release();
      case InitiatorPdu.Other other -> other.data().release();
    }
  }

  private void protocolError(int opcode, int tag) {
    answers.reject(Wire.REJECT_PROTOCOL_ERROR, opcode, tag);
    outlet.closeAfterSending();
    sessions.close(session, () -> {});
  }

  private void command(InitiatorPdu.ScsiCommand pdu) {
    boolean immediate = pdu.order().immediate();
    if (session.way().isEmpty() || tasks.containsKey(pdu.tag())) {
      pdu.data().release();
      protocolError(Wire.SCSI_COMMAND, pdu.tag());
      return;
    }
    if (immediate && !session.hasRoomForImmediate()) {
      pdu.data().release();
      answers.reject(Wire.REJECT_IMMEDIATE, Wire.SCSI_COMMAND, pdu.tag());
      return;
    }
    Session.Way way = session.way().get();
    CommandTask task = new CommandTask(this, pdu, way.nexus());
    tasks.put(pdu.tag(), task);
    session.commandBegan(immediate);
    if (pdu.lun() == 0) {
      switch (way.unit().admit(task, pdu.cdb())) {
        case Admission.Ready ready -> task.admitted(ready.command());
        case Admission.Refused refused -> task.refuse(refused.result());
      }
    } else {
      task.refuse(MissingUnit.answer(task, pdu.cdb()));
    }
    if (task.begin(parameters.immediateData, parameters.initialR2t, parameters.firstBurstBytes)) {
      proceed(task);
    } else {
      protocolError(Wire.SCSI_COMMAND, pdu.tag());
    }
  }

  private void dataOut(InitiatorPdu.DataOut pdu) {
    CommandTask task = tasks.get(pdu.tag());
    if (shut || task == null || task.state() != CommandTask.State.COLLECTING) {
      pdu.data().release();
      return;
    }
    if (task.take(pdu, parameters.firstBurstBytes)) {
      proceed(task);
    } else {
      task.done(new Result.Check(Sense.DATA_PHASE_ERROR, false));
    }
  }

  private void proceed(CommandTask task) {
    if (task.isCollected()) {
      if (task.refused().isPresent()) {
        task.done(task.refused().get());
      } else {
        task.queued();
        queued.add(task);
        pump();
      }
    } else if (task.reservedBytes() > 0) {
      ask(task);
    } else if (task.unaskedBytes() > 0) {
      soliciting.add(task);
      solicit();
    }
  }

  /**
   * Makes room for all that commands still need, one after another; none is asked for the first of
   * its data before there is room for the last, so that whoever has begun can end.
   */
  private void solicit() {
    while (!shut && !soliciting.isEmpty()) {
      CommandTask task = soliciting.iterator().next();
      int bytes = task.unaskedBytes();
      if (!hasRoom(reservedBytes, bytes)) {
        return;
      }
      soliciting.remove(task);
      if (!task.isAborted()) {
        reservedBytes += bytes;
        sessions.budget().take(0, bytes);
        task.reserve(bytes);
        ask(task);
      }
    }
  }

  /** Asks for as many bursts as may be under way at a time. */
  private void ask(CommandTask task) {
    while (task.unaskedBytes() > 0 && task.openBursts() < parameters.outstandingR2t) {
      int bytes = Math.min(task.unaskedBytes(), parameters.maximumBurstBytes);
      int transferTag = newTransferTag();
      int offset = task.ask(transferTag, bytes);
      answers.readyToTransfer(task, transferTag, offset, bytes);
    }
  }

  private int newTransferTag() {
    nextTransferTag = nextTransferTag + 1 & Integer.MAX_VALUE;
    return nextTransferTag;
  }

  /** Asks whether the initiator is there; {@code false} if it is not to be asked. */
  boolean ping() {
    boolean asks = !shut && session.way().isPresent();
    if (asks) {
      answers.ping(newTransferTag());
    }
    return asks;
  }

  /** Runs what waits, as far as there is room. */
  void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      while (!shut && !queued.isEmpty() && outlet.isWritable()) {
        CommandTask next = queued.iterator().next();
        if (!hasRoom(runningBytes, cost(next))) {
          return;
        }
        queued.remove(next);
        run(next);
      }
    } finally {
      pumping = false;
    }
  }

  /** Whoever has nothing may always begin, so that all come on, whatever others have taken. */
  private boolean hasRoom(int taken, int bytes) {
    return taken == 0 || (taken + bytes <= limits.inFlightBytes() && sessions.budget().hasRoom());
  }

  /** Runs a task, unless it is being aborted. */
  private void run(CommandTask task) {
    if (!task.isAborted()) {
      int cost = cost(task);
      runningBytes += cost;
      sessions.budget().take(0, cost);
      task.running(cost);
      unit().execute(task, task.command().orElseThrow());
    }
  }

  private LogicalUnit unit() {
    return session.way().orElseThrow().unit();
  }

  private static int cost(CommandTask task) {
    Command command = task.command().orElseThrow();
    if (command instanceof Command.Read read) {
      return (int) Math.min(read.extent().bytes(), task.dataInLimitBytes());
    }
    return (int) (task.dataOut().lengthBytes() + command.workingBytes());
  }

  /** The task is over: answers, unless it was aborted. */
  void ended(CommandTask task, Result result) {
    tasks.remove(task.pdu().tag(), task);
    queued.remove(task);
    soliciting.remove(task);
    runningBytes -= task.costBytes();
    reservedBytes -= task.reservedBytes();
    sessions.budget().giveBack(0, (long) task.costBytes() + task.reservedBytes());
    session.commandEnded(task.pdu().order().immediate());
    task.refused().filter(other -> other != result).ifPresent(Connection::drop);
    if (shut || task.isAborted()) {
      drop(result);
    } else {
      answers.command(task, result);
    }
    unit().leave(task);
    pump();
    solicit();
  }

  private static void drop(Result result) {
    if (result instanceof Result.Data data) {
      data.bytes().release();
    }
  }

  private void taskManagement(InitiatorPdu.TaskManagement pdu) {
    if (!session.functionBegins(pdu.function() == Wire.ABORT_TASK)) {
      if (pdu.order().immediate()) {
        answers.reject(Wire.REJECT_IMMEDIATE, Wire.TASK_MANAGEMENT, pdu.tag());
      } else {
        answers.taskManagement(pdu.tag(), Wire.FUNCTION_REJECTED);
      }
      return;
    }
    TaskFunctions.perform(
        pdu,
        session,
        response -> {
          session.functionEnded(pdu.function() == Wire.ABORT_TASK);
          if (!shut) {
            functionEnded(pdu, response);
          }
        });
  }

  private void functionEnded(InitiatorPdu.TaskManagement pdu, int response) {
    answers.taskManagement(pdu.tag(), response);
    if (pdu.function() == Wire.TARGET_COLD_RESET && session.way().isPresent()) {
      outlet.closeAfterSending();
      sessions.closeAll(unit());
    }
  }

  private void text(InitiatorPdu.Text pdu) {
    boolean right = texts.take(pdu, parameters.initiatorSegmentBytes, answers);
    pdu.data().release();
    if (!right) {
      protocolError(Wire.TEXT, pdu.tag());
    }
  }

  private void logout(InitiatorPdu.Logout pdu) {
    boolean self = pdu.reason() == CLOSE_SESSION || pdu.connection() == identifier;
    if (pdu.reason() > CLOSE_CONNECTION) {
      answers.logout(pdu.tag(), NO_RECOVERY);
      return;
    }
    if (!self) {
      Optional<Connection> other =
          session.connections().stream()
              .filter(each -> each.identifier == pdu.connection())
              .findFirst();
      other.ifPresent(Connection::leave);
      answers.logout(pdu.tag(), other.isPresent() ? LOGGED_OUT : NO_SUCH_CONNECTION);
      return;
    }
    answers.logout(pdu.tag(), LOGGED_OUT);
    outlet.closeAfterSending();
    if (pdu.reason() == CLOSE_SESSION || session.connections().size() == 1) {
      sessions.close(session, () -> {});
    } else {
      leave();
    }
  }

  /** Goes, and leaves the session to its other connections. */
  private void leave() {
    session.connections().remove(this);
    shut();
  }

  /** The socket is closed. */
  void lost() {
    if (!shut) {
      sessions.close(session, () -> {});
    }
  }

  /** Takes and answers nothing any more; what can be aborted is. */
  void shut() {
    if (!shut) {
      shut = true;
      outlet.close();
      List<CommandTask> all = List.copyOf(tasks.values());
      all.forEach(CommandTask::willAbort);
      all.forEach(CommandTask::abort);
      texts.release();
    }
  }
}
