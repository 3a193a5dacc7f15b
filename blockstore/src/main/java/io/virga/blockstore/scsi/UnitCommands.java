package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs each kind of command that was admitted. */
final class UnitCommands {

  private static final int REPLY_BYTES = 512;

  private final LogicalUnit unit;
  private final InquiryPages inquiry;
  private final PersistentReservations persistent;
  private final MediumCommands medium;
  private final ProvisioningCommands provisioning;
  private final CopyCommands copies;
  private final RangeLocks locks = new RangeLocks();

  UnitCommands(LogicalUnit unit, UnitIdentity identity) {
    this.unit = unit;
    this.inquiry = new InquiryPages(identity);
    this.persistent = new PersistentReservations(unit.reservations());
    Consumer<MediumCommands.Ending> endings = ending -> fail(ending.task(), ending.sense());
    this.medium = new MediumCommands(locks, endings);
    this.provisioning = new ProvisioningCommands(locks, endings);
    this.copies = new CopyCommands(unit, endings);
  }

  /** Of this unit's blocks. */
  RangeLocks locks() {
    return locks;
  }

  private void fail(Task task, Sense sense) {
    task.done(unit.check(sense));
  }

  void execute(Task task, Command command) {
    switch (command) {
      case Command.Read c -> medium.read(task, c.extent());
      case Command.Write c -> medium.write(task, c);
      case Command.Verify c -> medium.verify(task, c.extent(), c.compare());
      case Command.OrWrite c -> medium.orWrite(task, c);
      case Command.CompareAndWrite c -> medium.compareAndWrite(task, c);
      case Command.Prefetch c -> medium.prefetch(task, c.extent());
      case Command.SynchronizeCache c -> medium.synchronize(task);
      case Command.Unmap c -> provisioning.unmap(task, c.length());
      case Command.WriteSame c -> provisioning.writeSame(task, c);
      case Command.GetLbaStatus c -> provisioning.lbaStatus(task, c);
      case Command.Sanitize c -> sanitize(task, c);
      case Command.ExtendedCopy c -> copies.copy(task, c);
      case Command.PersistentOut c -> persistentOut(task, c);
      case Command.ModeSelect c -> modeSelect(task, c);
      case Command.TestUnitReady c -> task.done(Result.GOOD);
      case Command.PreventAllow c -> task.done(Result.GOOD);
      case Command.StartStop c ->
          task.done(c.power() == 0 ? unit.startStop(c.start()) : Result.GOOD);
      case Command.Reserve c -> task.done(unit.reserve(task.nexus()));
      case Command.Release c -> task.done(unit.release(task.nexus()));
      case Command.RequestSense c -> requestSense(task, c);
      case Command.Inquiry c -> inquire(task, c);
      case Command.ModeSense c -> modeSense(task, c);
      case Command.ReportOperations c -> operations(task, c);
      case Command.ReceiveCopyResults c -> copyResults(task, c);
      case Command.ReportLuns c ->
          reply(task, c.allocation(), out -> UnitReports.luns(c.select(), out));
      case Command.ReadCapacity10 c ->
          reply(task, 8, out -> UnitReports.capacity10(blocks(task), out));
      case Command.ReadCapacity16 c ->
          reply(task, c.allocation(), out -> UnitReports.capacity16(blocks(task), out));
      case Command.ReadDefects c -> reply(task, c.allocation(), o -> UnitReports.defects(c, o));
      case Command.PersistentIn c ->
          reply(task, c.allocation(), out -> persistent.in(c.action(), out));
      case Command.ReportTargetPortGroups c ->
          reply(task, c.allocation(), o -> UnitReports.targetPortGroups(c.extended(), o));
      case Command.ReportTaskManagement c ->
          reply(task, c.allocation(), out -> UnitReports.taskManagement(c.extended(), out));
    }
  }

  private static long blocks(Task task) {
    return task.nexus().device().sizeBytes() >>> Command.BLOCK_SHIFT;
  }

  private static void reply(Task task, long allocation, Consumer<ByteBuf> writer) {
    ByteBuf out = task.allocateDataIn(REPLY_BYTES);
    writer.accept(out);
    task.done(Replies.data(task, out, allocation));
  }

  private void requestSense(Task task, Command.RequestSense command) {
    Sense sense = task.nexus().takeAttention().orElse(unit.condition());
    reply(task, command.allocation(), out -> sense.encode(command.descriptor(), out));
  }

  private void inquire(Task task, Command.Inquiry command) {
    if (!command.vital() && command.page() == 0) {
      reply(task, command.allocation(), out -> InquiryPages.standard(0, out));
      return;
    }
    ByteBuf out = task.allocateDataIn(REPLY_BYTES);
    if (command.vital() && inquiry.page(command.page(), task.nexus().name(), out)) {
      task.done(Replies.data(task, out, command.allocation()));
    } else {
      out.release();
      fail(task, Sense.INVALID_FIELD_IN_CDB);
    }
  }

  private void modeSense(Task task, Command.ModeSense command) {
    ByteBuf out = task.allocateDataIn(REPLY_BYTES);
    Sense sense = unit.modes().sense(command, task.nexus().device().readOnly(), out);
    if (sense.key() == 0) {
      task.done(Replies.data(task, out, command.allocation()));
    } else {
      out.release();
      fail(task, sense);
    }
  }

  private void modeSelect(Task task, Command.ModeSelect command) {
    ByteBuf list = task.dataOut().joined(0, command.length(), PooledByteBufAllocator.DEFAULT);
    Sense sense = unit.modes().select(command, list);
    list.release();
    if (sense.key() == 0) {
      unit.tellOthers(task.nexus(), Sense.MODE_PARAMETERS_CHANGED);
      task.done(Result.GOOD);
    } else {
      fail(task, sense);
    }
  }

  private void operations(Task task, Command.ReportOperations command) {
    ByteBuf out = task.allocateDataIn(REPLY_BYTES);
    boolean right = true;
    if (command.options() == 0) {
      UnitReports.operations(command.timeouts(), out);
    } else {
      right = UnitReports.operation(command, out);
    }
    if (right) {
      task.done(Replies.data(task, out, command.allocation()));
    } else {
      out.release();
      fail(task, Sense.INVALID_FIELD_IN_CDB);
    }
  }

  private void copyResults(Task task, Command.ReceiveCopyResults command) {
    if (command.action() != 0) {
      reply(task, command.allocation(), CopyCommands::operatingParameters);
      return;
    }
    Optional<Integer> segments = copies.takeStatus(task.nexus().name(), command.list());
    if (segments.isPresent()) {
      reply(task, command.allocation(), out -> CopyCommands.status(segments.get(), out));
    } else {
      fail(task, Sense.INVALID_FIELD_IN_CDB);
    }
  }

  private void persistentOut(Task task, Command.PersistentOut command) {
    boolean wasPersistent = unit.reservations().persistent();
    ReservationTable.Effect effect = persistent.out(command, task);
    switch (effect.result()) {
      case Result.Check check -> fail(task, check.sense());
      case Result.Done done when done.status() != Status.GOOD -> task.done(done);
      case Result.Done done ->
          unit.reservationsChanged(task, effect, wasPersistent, command.action() == 5);
      case Result.Data data -> task.done(data);
    }
  }

  private void sanitize(Task task, Command.Sanitize command) {
    if (command.action() == Command.Sanitize.EXIT_FAILURE_MODE) {
      task.done(unit.exitFailureMode());
      return;
    }
    if (command.action() == Command.Sanitize.OVERWRITE) {
      ByteBuf list = task.dataOut().joined(0, 4, PooledByteBufAllocator.DEFAULT);
      int count = list.getByte(list.readerIndex()) & 0x1f;
      int patternBytes = list.getUnsignedShort(list.readerIndex() + 2);
      list.release();
      if (count == 0 || patternBytes != command.length() - 4) {
        fail(task, Sense.INVALID_FIELD_IN_CDB);
        return;
      }
    }
    unit.sanitize(task, command, provisioning);
  }
}
