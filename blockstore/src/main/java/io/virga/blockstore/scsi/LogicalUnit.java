package io.virga.blockstore.scsi;

import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.scsi.Operation.Access;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk that initiators share: admits their commands, runs them, and keeps what they know of each
 * other. All ways to a volume lead to one unit. Owned by the loop of its device.
 *
 * <pre>
 * ready → (START STOP UNIT) → stopped → ready
 * ready → SANITIZE → sanitizing → ready
 * sanitizing → (it fails) → failed → SANITIZE → sanitizing
 * failed → (EXIT FAILURE MODE, if the one that failed allows it) → ready
 * </pre>
 */
public final class LogicalUnit {

  private static final Logger LOG = LoggerFactory.getLogger(LogicalUnit.class);

  private final UnitIdentity identity;
  private final ReservationStore store;
  private final ReservationTable reservations = new ReservationTable();
  private final ModePages modes = new ModePages();
  private final UnitCommands commands;
  private final Set<Task> tasks = new LinkedHashSet<>();
  private final Set<CopyGuest> guests = new LinkedHashSet<>();
  private final List<Nexus> nexuses = new ArrayList<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private Optional<Nexus> reservedBy = Optional.empty();
  private boolean stopped;
  private Erasure erasure = Erasure.NONE;

  /** A unit, with the reservations that the store has of it. */
  public LogicalUnit(UnitIdentity identity, ReservationStore store) {
    this.identity = identity;
    this.store = store;
    this.commands = new UnitCommands(this, identity);
    store.load(identity.serial()).filter(bytes -> bytes.length > 0).ifPresent(this::restore);
  }

  private void restore(byte[] saved) {
    if (!ReservationCodec.decode(saved, reservations)) {
      LOG.error(
          "the saved reservations of {} are damaged: it is reserved until a registrant clears or"
              + " preempts that",
          identity.serial());
      reservations.restoreUnknown();
    }
  }

  /** What SANITIZE has come to (SBC-3 §4.11). */
  private enum Erasure {
    NONE(Sense.NONE),
    UNDER_WAY(Sense.SANITIZING),
    FAILED(Sense.SANITIZE_FAILED),
    FAILED_RESTRICTED(Sense.SANITIZE_FAILED);

    private final Sense sense;

    Erasure(Sense sense) {
      this.sense = sense;
    }

    boolean forbids(Command command) {
      return switch (this) {
        case NONE -> false;
        case UNDER_WAY -> true;
        case FAILED, FAILED_RESTRICTED -> !(command instanceof Command.Sanitize);
      };
    }
  }

  /** Someone who waits until none of the tasks is there any more. */
  private record Waiting(Set<Abortable> tasks, Runnable then) {}

  ReservationTable reservations() {
    return reservations;
  }

  ModePages modes() {
    return modes;
  }

  /** Opens a way. */
  public void connect(Nexus nexus) {
    nexuses.add(nexus);
  }

  /** A way is lost: what it held only for as long as it was there is free again. */
  public void disconnect(Nexus nexus) {
    nexuses.remove(nexus);
    if (isReservedBy(nexus)) {
      reservedBy = Optional.empty();
    }
  }

  private boolean isReservedBy(Nexus nexus) {
    return reservedBy.filter(holder -> holder == nexus).isPresent();
  }

  /** A command has come; it is a task of the unit until {@link #leave}. */
  public Admission admit(Task task, byte[] bytes) {
    tasks.add(task);
    Cdb cdb = new Cdb(bytes);
    int opcode = cdb.opcode();
    Optional<Operation> found = Operations.find(opcode, cdb.serviceAction());
    if (found.isEmpty()) {
      return refuse(
          Operations.knows(opcode) ? Sense.INVALID_FIELD_IN_CDB : Sense.INVALID_OPERATION_CODE);
    }
    Operation operation = found.get();
    if (!operation.allows(cdb)) {
      return refuse(Sense.INVALID_FIELD_IN_CDB);
    }
    Command command = operation.decoder().decode(cdb);
    if (!isAlwaysAllowed(command)) {
      Optional<Sense> attention = task.nexus().takeAttention();
      if (attention.isPresent()) {
        return refuse(attention.get());
      }
      if (isForbidden(task.nexus(), command, operation.access())) {
        return new Admission.Refused(Result.CONFLICT);
      }
      if (erasure.forbids(command)) {
        return refuse(erasure.sense);
      }
    }
    Sense sense = CommandRules.check(command, task.nexus().device(), stopped, modes);
    return sense.key() == 0 ? new Admission.Ready(command) : refuse(sense);
  }

  private static boolean isAlwaysAllowed(Command command) {
    return command instanceof Command.Inquiry
        || command instanceof Command.ReportLuns
        || command instanceof Command.RequestSense;
  }

  private boolean isForbidden(Nexus nexus, Command command, Access access) {
    boolean reservedByOther = reservedBy.isPresent() && !isReservedBy(nexus);
    if (reservedByOther && !(command instanceof Command.Release)) {
      return true;
    }
    return reservations.forbids(nexus.name(), access);
  }

  /** Whether a copy that was given to another unit may use this one now. */
  boolean allowsCopy(NexusName name, Access access) {
    return reservedBy.isEmpty()
        && erasure == Erasure.NONE
        && !stopped
        && !(access == Access.WRITE && modes.writeProtected())
        && !reservations.forbids(name, access);
  }

  /**
   * A copy that was given to another unit begins to use this one, until it {@link #leave leaves}.
   */
  void enter(CopyGuest guest) {
    guests.add(guest);
  }

  RangeLocks locks() {
    return commands.locks();
  }

  UnitIdentity identity() {
    return identity;
  }

  private Admission refuse(Sense sense) {
    return new Admission.Refused(check(sense));
  }

  Result check(Sense sense) {
    return new Result.Check(sense, modes.descriptorSense());
  }

  /** Runs a command that was admitted and whose Data-Out, or what the initiator sends, is there. */
  public void execute(Task task, Command command) {
    Sense sense = CommandRules.checkData(command, task);
    if (erasure.forbids(command) && !isAlwaysAllowed(command)) {
      task.done(check(erasure.sense));
    } else if (sense.key() != 0) {
      task.done(check(sense));
    } else {
      commands.execute(task, command);
    }
  }

  /** The task is over, and nothing is under way for it. */
  public void leave(Abortable task) {
    tasks.remove(task);
    guests.remove(task);
    for (Waiting each : List.copyOf(waiting)) {
      each.tasks.remove(task);
      if (each.tasks.isEmpty() && waiting.remove(each)) {
        each.then.run();
      }
    }
  }

  /**
   * Aborts tasks that were given to this unit; calls back once nothing is under way for any of
   * them.
   */
  public void abort(Predicate<Task> which, Runnable then) {
    abort(which, guest -> false, then);
  }

  private void abort(Predicate<Task> which, Predicate<CopyGuest> whichGuests, Runnable then) {
    Set<Abortable> chosen = new LinkedHashSet<>();
    tasks.stream().filter(which).forEach(chosen::add);
    guests.stream().filter(whichGuests).forEach(chosen::add);
    if (chosen.isEmpty()) {
      then.run();
      return;
    }
    waiting.add(new Waiting(chosen, then));
    List<Abortable> all = List.copyOf(chosen);
    all.forEach(Abortable::willAbort);
    all.forEach(Abortable::abort);
  }

  /** CLEAR TASK SET: like {@link #abort} of all, and their owners hear of it. */
  public void clearTasks(Nexus by, Runnable then) {
    tasks.stream()
        .map(Task::nexus)
        .filter(nexus -> nexus != by)
        .forEach(nexus -> nexus.attention(Sense.COMMANDS_CLEARED));
    abort(task -> true, guest -> true, then);
  }

  /**
   * LOGICAL UNIT RESET, of which all hear, or as part of a TARGET RESET, of which all hear but the
   * one who has asked for it (SAM-5 §6.3.3, RFC 7143 §11.5.1).
   */
  public void reset(Nexus by, boolean wholeTarget, Runnable then) {
    reservedBy = Optional.empty();
    stopped = false;
    modes.reset();
    if (wholeTarget) {
      tellOthers(by, Sense.BUS_RESET);
    } else {
      nexuses.forEach(nexus -> nexus.attention(Sense.DEVICE_RESET));
    }
    abort(task -> true, guest -> true, then);
  }

  Result reserve(Nexus nexus) {
    if (!reservations.keys().isEmpty()) {
      return Result.CONFLICT;
    }
    reservedBy = Optional.of(nexus);
    return Result.GOOD;
  }

  Result release(Nexus nexus) {
    if (!reservations.keys().isEmpty()) {
      return Result.CONFLICT;
    }
    if (isReservedBy(nexus)) {
      reservedBy = Optional.empty();
    }
    return Result.GOOD;
  }

  Result startStop(boolean start) {
    stopped = !start;
    return Result.GOOD;
  }

  /** What the unit is in that is not its usual state. */
  Sense condition() {
    return erasure.sense;
  }

  Result exitFailureMode() {
    if (erasure == Erasure.FAILED_RESTRICTED) {
      return check(Sense.INVALID_FIELD_IN_CDB);
    }
    erasure = Erasure.NONE;
    return Result.GOOD;
  }

  void sanitize(Task task, Command.Sanitize command, ProvisioningCommands provisioning) {
    Erasure failed = command.unrestricted() ? Erasure.FAILED : Erasure.FAILED_RESTRICTED;
    erasure = Erasure.UNDER_WAY;
    Completion ended = outcome -> erasure = outcome == Outcome.OK ? Erasure.NONE : failed;
    abort(each -> false, guest -> true, () -> erase(task, command, provisioning, ended));
  }

  private void erase(
      Task task, Command.Sanitize command, ProvisioningCommands provisioning, Completion ended) {
    if (command.immediate()) {
      provisioning.sanitize(task, command, ended);
      task.done(Result.GOOD);
      return;
    }
    provisioning.sanitize(
        task,
        command,
        outcome -> {
          ended.done(outcome);
          task.done(outcome == Outcome.OK ? Result.GOOD : check(Replies.sense(outcome, true)));
        });
  }

  /** All but one have to hear of something. */
  void tellOthers(Nexus self, Sense sense) {
    nexuses.stream().filter(nexus -> nexus != self).forEach(nexus -> nexus.attention(sense));
  }

  /**
   * PERSISTENT RESERVE OUT has changed the table: saves it, tells whom it concerns, and answers.
   */
  void reservationsChanged(
      Task task, ReservationTable.Effect effect, boolean wasPersistent, boolean abort) {
    tell(effect);
    Runnable thenAnswer =
        () -> {
          if (reservations.persistent() || wasPersistent) {
            save(task, effect.result());
          } else {
            task.done(effect.result());
          }
        };
    if (abort) {
      abort(
          each -> each != task && effect.preempted().contains(each.nexus().name()),
          guest -> effect.preempted().contains(guest.name()),
          thenAnswer);
    } else {
      thenAnswer.run();
    }
  }

  private void tell(ReservationTable.Effect effect) {
    effect
        .attentions()
        .forEach(
            (name, sense) ->
                nexuses.stream()
                    .filter(nexus -> nexus.name().equals(name))
                    .forEach(nexus -> nexus.attention(sense)));
  }

  /** Nobody will come through the target port any more: what he registered is over. */
  public void forget(String targetPort) {
    ReservationTable.Effect effect = ReservationTable.Effect.good();
    boolean forgotten = reservations.forget(targetPort, effect);
    tell(effect);
    if (forgotten && reservations.persistent()) {
      store.save(identity.serial(), ReservationCodec.encode(reservations), outcome -> {});
    }
  }

  /** Somebody comes only through these target ports: what others registered is over. */
  public void keepOnly(Set<String> targetPorts) {
    reservations.keys().keySet().stream()
        .map(NexusName::target)
        .distinct()
        .filter(port -> !port.isEmpty() && !targetPorts.contains(port))
        .toList()
        .forEach(this::forget);
  }

  private void save(Task task, Result result) {
    store.save(
        identity.serial(),
        ReservationCodec.encode(reservations),
        outcome -> task.done(outcome == Outcome.OK ? result : check(Sense.INTERNAL_FAILURE)));
  }
}
