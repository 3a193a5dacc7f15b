package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.Optional;

/** A command as a transport would hold it, and what it came to. */
final class RecordedTask implements Task {

  private static final int CDB_BYTES = 16;

  private final LogicalUnit unit;
  private final Nexus nexus;
  private final DataOut dataOut = new DataOut();
  private final int announced;
  private Optional<Result> result = Optional.empty();

  private RecordedTask(LogicalUnit unit, Nexus nexus, byte[] data) {
    this.unit = unit;
    this.nexus = nexus;
    this.announced = data.length;
    dataOut.add(Unpooled.copiedBuffer(data));
  }

  /** Begins a command, whose CDB is in hexadecimal. */
  static RecordedTask begin(LogicalUnit unit, Nexus nexus, String cdb, byte... data) {
    RecordedTask task = new RecordedTask(unit, nexus, data);
    byte[] bytes = new byte[CDB_BYTES];
    byte[] given = HexFormat.of().parseHex(cdb.replace(" ", ""));
    System.arraycopy(given, 0, bytes, 0, given.length);
    switch (unit.admit(task, bytes)) {
      case Admission.Ready ready -> unit.execute(task, ready.command());
      case Admission.Refused refused -> task.done(refused.result());
    }
    return task;
  }

  /** What a command that ends at once comes to. */
  static Result run(LogicalUnit unit, Nexus nexus, String cdb, byte... data) {
    return begin(unit, nexus, cdb, data).result.orElseThrow();
  }

  Optional<Result> result() {
    return result;
  }

  @Override
  public Nexus nexus() {
    return nexus;
  }

  @Override
  public DataOut dataOut() {
    return dataOut;
  }

  @Override
  public long announcedBytes() {
    return announced;
  }

  @Override
  public int dataInLimitBytes() {
    return 1 << 20;
  }

  @Override
  public ByteBuf allocateDataIn(int lengthBytes) {
    return Unpooled.buffer(lengthBytes);
  }

  @Override
  public void done(Result ended) {
    result = Optional.of(ended);
    dataOut.release();
    unit.leave(this);
  }

  @Override
  public boolean isAborted() {
    return false;
  }

  @Override
  public void willAbort() {}

  @Override
  public void abort() {}
}
