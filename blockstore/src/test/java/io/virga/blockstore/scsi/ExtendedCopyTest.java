package io.virga.blockstore.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.MemoryDevice;
import io.virga.blockstore.device.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  private static final class Disk extends MemoryDevice {
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
    public void take(Extent extent, long offset, Completion completion) {
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

  /** From target 0, which is the other unit, to target 1, which is the own one; or back. */
  private Result copy(Nexus nexus, boolean back, int blocks, long fromLba, long toLba) {
    ByteBuf list = Unpooled.buffer().writeByte(1).writeByte(0).writeShort(64).writeZero(4);
    list.writeInt(SEGMENT_BYTES).writeInt(0);
    target(list, "other");
    target(list, "own");
    list.writeByte(2).writeByte(0).writeShort(SEGMENT_BYTES - 4);
    list.writeShort(back ? 1 : 0).writeShort(back ? 0 : 1);
    list.writeShort(0).writeShort(blocks).writeLong(fromLba).writeLong(toLba);
    String cdb = "83 00 0000000000000000 %08x 00 00".formatted(list.readableBytes());
    return RecordedTask.run(own, nexus, cdb, ByteBufUtil.getBytes(list));
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

  @Test
  void respectsWhatAnotherHasReservedThere() {
    Nexus holder = new Nexus(new NexusName("iqn.h,i,0x1", "other,t,0x0001"), there);
    other.connect(holder);
    RecordedTask.run(other, holder, "00");
    byte[] key = new byte[24];
    key[15] = 7;
    assertThat(RecordedTask.run(other, holder, "5f 00 00 0000 00000018", key))
        .isEqualTo(Result.GOOD);
    byte[] held = new byte[24];
    held[7] = 7;
    Nexus nexus = nexus(reach());

    assertThat(RecordedTask.run(other, holder, "5f 01 01 0000 00000018", held))
        .isEqualTo(Result.GOOD);
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
