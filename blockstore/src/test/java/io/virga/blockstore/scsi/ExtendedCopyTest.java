package io.virga.blockstore.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.HeldDevice;
import io.virga.blockstore.device.Outcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** EXTENDED COPY between units. */
class ExtendedCopyTest {

  private static final int BYTES = 1 << 20;
  private static final int SEGMENT_BYTES = 28;

  private final MemoryReservations store = new MemoryReservations();
  private final Disk here = new Disk(1);
  private final Disk there = new Disk(2);
  private final LogicalUnit own = new LogicalUnit(new UnitIdentity("own"), store);
  private final LogicalUnit other = new LogicalUnit(new UnitIdentity("other"), store);

  /** A disk that is all of one byte, and can refer to another's bytes. */
  private static final class Disk extends HeldDevice {
    private final List<String> taken = new ArrayList<>();
    private boolean shares;

    Disk(int value) {
      super(BYTES);
      write(0, filled(value, BYTES), false, outcome -> {});
    }

    private static ByteBuf filled(int value, int length) {
      ByteBuf bytes = Unpooled.buffer(length);
      for (int i = 0; i < length; i++) {
        bytes.writeByte(value);
      }
      return bytes;
    }

    private record Range(Disk disk, long offset, long lengthBytes) implements Extent {}

    @Override
    public Optional<Extent> extent(long offset, long length) {
      return Optional.of(new Range(this, offset, length));
    }

    @Override
    public void take(Extent extent, long offset, BooleanSupplier mayGoOn, Completion completion) {
      Range range = (Range) extent;
      if (!shares) {
        completion.done(Outcome.NOT_SUPPORTED);
        return;
      }
      taken.add("%d %d to %d".formatted(range.offset, range.lengthBytes, offset));
      ByteBuf bytes = Unpooled.buffer((int) range.lengthBytes, (int) range.lengthBytes);
      range.disk.read(range.offset, bytes, outcome -> {});
      write(offset, bytes, false, completion);
    }

    List<Integer> at(int... offsets) {
      List<Integer> found = new ArrayList<>();
      for (int offset : offsets) {
        ByteBuf one = Unpooled.buffer(1, 1);
        read(offset, one, outcome -> {});
        found.add((int) one.getByte(0));
      }
      return found;
    }
  }

  private Nexus nexus(CopyUnit.Reach reach) {
    Nexus nexus = new Nexus(new NexusName("iqn.i,i,0x1", "own,t,0x0001"), here, reach);
    own.connect(nexus);
    RecordedTask.run(own, nexus, "00");
    return nexus;
  }

  private CopyUnit.Reach reach() {
    NexusName name = new NexusName("iqn.i,i,0x1", "other,t,0x0001");
    return which ->
        which.test(new UnitIdentity("other"))
            ? Optional.of(new CopyUnit(other, name, there))
            : Optional.empty();
  }

  private static void target(ByteBuf list, String serial) {
    list.writeByte(0xe4).writeByte(0).writeShort(0);
    list.writeByte(1).writeByte(3).writeByte(0).writeByte(8);
    list.writeLong(new UnitIdentity(serial).locallyAssignedName()).writeZero(12);
    list.writeByte(0).writeByte(0).writeShort(512);
  }

  /** Of a copy that ends at once. */
  private Result copy(Nexus nexus, boolean back, int blocks, long fromLba, long toLba) {
    return begin(nexus, back, blocks, fromLba, toLba).result().orElseThrow();
  }

  /** From target 0, which is the other unit, to target 1, which is the own one; or back. */
  private RecordedTask begin(Nexus nexus, boolean back, int blocks, long fromLba, long toLba) {
    ByteBuf list = Unpooled.buffer().writeByte(1).writeByte(0).writeShort(64).writeZero(4);
    list.writeInt(SEGMENT_BYTES).writeInt(0);
    target(list, "other");
    target(list, "own");
    list.writeByte(2).writeByte(0).writeShort(SEGMENT_BYTES - 4);
    list.writeShort(back ? 1 : 0).writeShort(back ? 0 : 1);
    list.writeShort(0).writeShort(blocks).writeLong(fromLba).writeLong(toLba);
    String cdb = "83 00 0000000000000000 %08x 00 00".formatted(list.readableBytes());
    return RecordedTask.begin(own, nexus, cdb, ByteBufUtil.getBytes(list));
  }

  @Test
  void copiesFromAndToUnitsThatCanBeReached() {
    Nexus nexus = nexus(reach());
    assertThat(copy(nexus, false, 16, 0, 8)).isEqualTo(Result.GOOD);
    assertThat(here.at(0, 4095, 4096, 12287, 12288)).containsExactly(1, 1, 2, 2, 1);
    assertThat(copy(nexus, true, 1, 0, 2047)).isEqualTo(Result.GOOD);
    assertThat(there.at(BYTES - 513, BYTES - 512, BYTES - 1)).containsExactly(2, 1, 1);
  }

  @Test
  void sharesTheBlocksWithinASegmentWhereTheyLieAlike() {
    here.shares = true;
    Nexus nexus = nexus(reach());
    assertThat(copy(nexus, false, 1000, 9, 17)).isEqualTo(Result.GOOD);
    assertThat(here.taken).containsExactly("8192 507904 to 12288");
    assertThat(here.at(17 * 512 - 1, 17 * 512, 1017 * 512 - 1, 1017 * 512))
        .containsExactly(1, 2, 2, 1);
    assertThat(copy(nexus, false, 1000, 0, 1)).isEqualTo(Result.GOOD);
    assertThat(here.taken).hasSize(1);
  }

  @Test
  void reachesNoUnitThatIsNotItsOwnerS() {
    Nexus nexus = nexus(CopyUnit.Reach.NOBODY);
    assertThat(copy(nexus, false, 8, 0, 0))
        .isEqualTo(new Result.Check(Sense.COPY_TARGET_UNREACHABLE, false));
    assertThat(here.at(0)).containsExactly(1);
  }

  /** Somebody who has registered with the other unit. */
  private Nexus registered(String initiator, int key) {
    Nexus nexus = new Nexus(new NexusName(initiator, "other,t,0x0001"), there);
    other.connect(nexus);
    RecordedTask.run(other, nexus, "00");
    assertThat(RecordedTask.run(other, nexus, "5f 00 00 0000 00000018", keys(0, key)))
        .isEqualTo(Result.GOOD);
    return nexus;
  }

  private static byte[] keys(int own, int action) {
    return ByteBuffer.allocate(24).putLong(own).putLong(action).array();
  }

  /** WRITE EXCLUSIVE. */
  private void reserve(Nexus nexus, int key) {
    assertThat(RecordedTask.run(other, nexus, "5f 01 01 0000 00000018", keys(key, 0)))
        .isEqualTo(Result.GOOD);
  }

  /** A copy of 1000 blocks of ones to the other unit, whose first seven are under way. */
  private RecordedTask beginUnderWay() {
    Nexus nexus = nexus(reach());
    there.hold(true);
    RecordedTask task = begin(nexus, true, 1000, 1, 1);
    there.hold(false);
    assertThat(there.heldOperations()).isEqualTo(1);
    return task;
  }

  private void expectStoppedBehindTheFirstPiece(RecordedTask task) {
    assertThat(task.result()).contains(new Result.Check(Sense.COPY_TARGET_UNREACHABLE, false));
    assertThat(there.at(512, 8 * 512 - 1, 8 * 512, 1000 * 512)).containsExactly(1, 1, 2, 2);
  }

  @Test
  void stopsWhenAnotherReservesMeanwhile() {
    Nexus holder = registered("iqn.h,i,0x1", 7);
    RecordedTask task = beginUnderWay();

    reserve(holder, 7);
    there.letGo(0);

    expectStoppedBehindTheFirstPiece(task);
  }

  @Test
  void aResetOfTheOtherUnitWaitsForWhatIsUnderWay() {
    Nexus by = registered("iqn.h,i,0x1", 7);
    RecordedTask task = beginUnderWay();
    AtomicBoolean reset = new AtomicBoolean();

    other.reset(by, false, () -> reset.set(true));
    assertThat(reset).isFalse();
    there.letGo(0);

    assertThat(reset).isTrue();
    expectStoppedBehindTheFirstPiece(task);
  }

  @Test
  void nothingOfACopyIsWrittenBehindASanitizeOfTheOtherUnit() {
    Nexus by = registered("iqn.h,i,0x1", 7);
    RecordedTask task = beginUnderWay();

    RecordedTask sanitize = RecordedTask.begin(other, by, "48 02 00000000000000 00");
    assertThat(sanitize.result()).isEmpty();
    there.letGo(0);

    assertThat(sanitize.result()).contains(Result.GOOD);
    assertThat(task.result()).contains(new Result.Check(Sense.COPY_TARGET_UNREACHABLE, false));
    assertThat(there.at(512, 8 * 512 - 1, 8 * 512, 1000 * 512)).containsOnly(0);
  }

  @Test
  void aPreemptionThatAbortsFindsTheCopyOfWhomItPreempts() {
    Nexus holder = registered("iqn.h,i,0x1", 7);
    registered("iqn.i,i,0x1", 9);
    RecordedTask task = beginUnderWay();

    RecordedTask preempt = RecordedTask.begin(other, holder, "5f 05 01 0000 00000018", keys(7, 9));
    assertThat(preempt.result()).isEmpty();
    there.letGo(0);

    assertThat(preempt.result()).contains(Result.GOOD);
    expectStoppedBehindTheFirstPiece(task);
  }

  @Test
  void respectsWhatAnotherHasReservedThere() {
    Nexus holder = registered("iqn.h,i,0x1", 7);
    Nexus nexus = nexus(reach());

    reserve(holder, 7);
    assertThat(copy(nexus, false, 8, 0, 0))
        .as("reads under a write exclusive")
        .isEqualTo(Result.GOOD);
    assertThat(copy(nexus, true, 8, 64, 64))
        .isEqualTo(new Result.Check(Sense.COPY_TARGET_UNREACHABLE, false));
    assertThat(there.at(64 * 512)).containsExactly(2);
  }

  @Test
  void staysWithinBothUnits() {
    Nexus nexus = nexus(reach());
    assertThat(copy(nexus, false, 2, 2047, 0))
        .isEqualTo(new Result.Check(Sense.COPY_TARGET_UNREACHABLE, false));
    assertThat(copy(nexus, false, 2, 0, 2047))
        .isEqualTo(new Result.Check(Sense.COPY_TARGET_UNREACHABLE, false));
  }
}
