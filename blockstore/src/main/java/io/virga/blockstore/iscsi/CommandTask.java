package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;
import io.virga.blockstore.scsi.Command;
import io.virga.blockstore.scsi.DataOut;
import io.virga.blockstore.scsi.Nexus;
import io.virga.blockstore.scsi.Result;
import io.virga.blockstore.scsi.Task;
import io.virga.dataplane.Invariant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A SCSI command from its PDU to its answer. Owned by its connection.
 *
 * <pre>
 * collecting → (its Data-Out is there) → queued → (there is room) → running → over
 * collecting, queued → (abort) → over
 * running → (abort; it ends) → over, without an answer
 * </pre>
 */
final class CommandTask implements Task {

  private final Connection connection;
  private final InitiatorPdu.ScsiCommand pdu;
  private final Nexus nexus;
  private final DataOut dataOut = new DataOut();
  private final Deque<Burst> bursts = new ArrayDeque<>(1);
  private Optional<Command> command = Optional.empty();
  private Optional<Result> refused = Optional.empty();
  private State state = State.COLLECTING;
  private boolean aborted;
  private boolean unsolicited;
  private int neededBytes;
  private int receivedBytes;
  private int solicitedBytes;
  private int reservedBytes;
  private int nextDataSn;
  private int responseSn;
  private int costBytes;

  CommandTask(Connection connection, InitiatorPdu.ScsiCommand pdu, Nexus nexus) {
    this.connection = connection;
    this.pdu = pdu;
    this.nexus = nexus;
  }

  /** Data that was asked for with one R2T: up to the offset {@code end}. */
  private record Burst(int transferTag, int end) {}

  enum State {
    COLLECTING,
    QUEUED,
    RUNNING,
    OVER
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
    return pdu.writes() ? expectedBytes() : 0;
  }

  @Override
  public int dataInLimitBytes() {
    return pdu.reads() ? (int) Math.min(expectedBytes(), Integer.MAX_VALUE) : 0;
  }

  @Override
  public ByteBuf allocateDataIn(int lengthBytes) {
    return connection.allocateDataIn(lengthBytes);
  }

  InitiatorPdu.ScsiCommand pdu() {
    return pdu;
  }

  long expectedBytes() {
    return Integer.toUnsignedLong(pdu.expectedBytes());
  }

  Optional<Command> command() {
    return command;
  }

  Optional<Result> refused() {
    return refused;
  }

  /** How many Data-In and R2T PDUs there were. */
  int responseSn() {
    return responseSn;
  }

  int nextResponseSn() {
    return responseSn++;
  }

  @Override
  public boolean isAborted() {
    return aborted;
  }

  /** It may run. */
  void admitted(Command admittedCommand) {
    command = Optional.of(admittedCommand);
    neededBytes = (int) Math.min(announcedBytes(), admittedCommand.dataOutBytes());
  }

  /** It has its answer already, which has to wait for data that comes without being asked for. */
  void refuse(Result result) {
    refused = Optional.of(result);
  }

  /** Takes immediate data, and begins to wait for unsolicited data if it is not all. */
  boolean begin(boolean immediateData, boolean initialR2t, int firstBurstBytes) {
    ByteBuf data = pdu.data();
    int bytes = data.readableBytes();
    unsolicited = !pdu.isFinal();
    boolean allowed =
        (bytes == 0 || (immediateData && pdu.writes() && bytes <= firstBurstBytes))
            && bytes <= expectedBytes()
            && (!unsolicited || (!initialR2t && pdu.writes()));
    if (!allowed) {
      data.release();
      return false;
    }
    add(data);
    return true;
  }

  private void add(ByteBuf data) {
    int bytes = data.readableBytes();
    int useful = Math.min(bytes, neededBytes - Math.min(neededBytes, receivedBytes));
    receivedBytes += bytes;
    dataOut.add(data.writerIndex(data.readerIndex() + useful));
  }

  /** Takes a Data-Out PDU, and its data; answers false if it is not what is to come. */
  boolean take(InitiatorPdu.DataOut data, int firstBurstBytes) {
    int bytes = data.data().readableBytes();
    boolean solicited = data.transferTag() != Wire.NO_TAG;
    Burst burst = bursts.peekFirst();
    long end;
    boolean right;
    if (solicited) {
      right = burst != null && burst.transferTag == data.transferTag();
      end = burst == null ? 0 : burst.end;
    } else {
      right = unsolicited;
      end = Math.min(firstBurstBytes, expectedBytes());
    }
    right &=
        (bytes > 0 || data.last())
            && data.dataSn() == nextDataSn
            && data.offset() == receivedBytes
            && receivedBytes + (long) bytes <= end;
    if (!right) {
      data.data().release();
      return false;
    }
    add(data.data());
    nextDataSn++;
    if (!data.last()) {
      return true;
    }
    nextDataSn = 0;
    if (solicited) {
      bursts.removeFirst();
      return receivedBytes == end;
    }
    unsolicited = false;
    return true;
  }

  /** Whether all that is needed has come, or whatever comes is of no use. */
  boolean isCollected() {
    return !unsolicited && (refused.isPresent() || receivedBytes >= neededBytes);
  }

  /** How much is still to be asked for. */
  int unaskedBytes() {
    return unsolicited || refused.isPresent()
        ? 0
        : neededBytes - Math.max(solicitedBytes, receivedBytes);
  }

  int openBursts() {
    return bursts.size();
  }

  /** The offset of the next data to be asked for, which is noted as asked for. */
  int ask(int transferTag, int bytes) {
    int from = Math.max(solicitedBytes, receivedBytes);
    solicitedBytes = from + bytes;
    bursts.add(new Burst(transferTag, solicitedBytes));
    return from;
  }

  void queued() {
    state = State.QUEUED;
  }

  State state() {
    return state;
  }

  /** About how much memory it takes while it runs. */
  int costBytes() {
    return costBytes;
  }

  void running(int cost) {
    state = State.RUNNING;
    costBytes = cost;
  }

  /** There is room for so many bytes, all that it still needs. */
  void reserve(int bytes) {
    reservedBytes = bytes;
  }

  int reservedBytes() {
    return reservedBytes;
  }

  @Override
  public void done(Result result) {
    Invariant.check(state != State.OVER, "a command ends once");
    state = State.OVER;
    dataOut.release();
    connection.ended(this, result);
  }

  @Override
  public void willAbort() {
    aborted = true;
  }

  @Override
  public void abort() {
    aborted = true;
    if (state == State.COLLECTING || state == State.QUEUED) {
      done(Result.GOOD);
    }
  }
}
