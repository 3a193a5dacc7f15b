package io.virga.blockstore.iscsi;

import io.virga.blockstore.scsi.LogicalUnit;
import io.virga.blockstore.scsi.Nexus;
import io.virga.blockstore.scsi.Task;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/**
 * Task management functions (RFC 7143 §11.5); a function ends when nothing is under way any more.
 */
final class TaskFunctions {

  private TaskFunctions() {}

  /** Carries out the function, and answers its response. */
  static void perform(InitiatorPdu.TaskManagement pdu, Session session, IntConsumer response) {
    Optional<Session.Way> way = session.way();
    if (way.isEmpty()) {
      response.accept(Wire.FUNCTION_REJECTED);
      return;
    }
    boolean wholeTarget =
        pdu.function() == Wire.TARGET_WARM_RESET || pdu.function() == Wire.TARGET_COLD_RESET;
    if (!wholeTarget && pdu.lun() != 0) {
      response.accept(Wire.NO_UNIT);
      return;
    }
    LogicalUnit unit = way.get().unit();
    Nexus nexus = way.get().nexus();
    Runnable complete = () -> response.accept(Wire.FUNCTION_COMPLETE);
    switch (pdu.function()) {
      case Wire.ABORT_TASK -> abortTask(pdu, session, unit, response);
      case Wire.ABORT_TASK_SET -> unit.abort(task -> task.nexus() == nexus, complete);
      case Wire.CLEAR_TASK_SET -> unit.clearTasks(nexus, complete);
      case Wire.LOGICAL_UNIT_RESET -> unit.reset(nexus, false, complete);
      case Wire.TARGET_WARM_RESET, Wire.TARGET_COLD_RESET -> unit.reset(nexus, true, complete);
      case Wire.TASK_REASSIGN -> response.accept(Wire.REASSIGN_NOT_SUPPORTED);
      default -> response.accept(Wire.FUNCTION_NOT_SUPPORTED);
    }
  }

  private static void abortTask(
      InitiatorPdu.TaskManagement pdu, Session session, LogicalUnit unit, IntConsumer response) {
    Optional<CommandTask> found =
        session.connections().stream()
            .flatMap(connection -> connection.task(pdu.referencedTag()).stream())
            .findFirst();
    if (found.isEmpty()) {
      response.accept(Wire.NO_TASK);
      return;
    }
    Predicate<Task> which = task -> task == found.get();
    unit.abort(which, () -> response.accept(Wire.FUNCTION_COMPLETE));
  }
}
