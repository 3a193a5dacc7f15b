package io.virga.blockstore.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.MemoryDevice;
import io.virga.blockstore.device.Outcome;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A unit, and what it keeps between commands. */
class LogicalUnitTest {

  private static final String WRITE = "2a 00 00000000 00 0001 00";
  private static final String READ = "28 00 00000000 00 0001 00";
  private static final String REGISTER = "5f 00 00 0000 00000018";
  private static final String RESERVE = "5f 01 03 0000 00000018";
  private static final String CLEAR = "5f 03 00 0000 00000018";
  private static final String PREEMPT = "5f 04 03 0000 00000018";
  private static final String SANITIZE_AT_ONCE = "48 82 0000000000 0000 00";
  private static final String SANITIZE_UNRESTRICTED = "48 a2 0000000000 0000 00";
  private static final String EXIT_FAILURE_MODE = "48 1f 0000000000 0000 00";

  private final MemoryReservations store = new MemoryReservations();
  private final Disk disk = new Disk();

  /** A disk that can be told to fail, and notes how zeros are asked for. */
  private static final class Disk extends MemoryDevice {
    private Outcome zeroing = Outcome.OK;
    private boolean keptSpace;
    private Runnable held = () -> {};
    private boolean holds;

    Disk() {
      super(1 << 20);
    }

    @Override
    public void writeZeroes(long offset, long length, ZeroOptions options, Completion completion) {
      keptSpace = options.keepSpace();
      if (holds) {
        held = () -> completion.done(zeroing);
      } else {
        completion.done(zeroing);
      }
    }
  }

  private LogicalUnit unit() {
    return new LogicalUnit(new UnitIdentity("v1"), store);
  }

  private Nexus nexus(LogicalUnit unit, int isid, String target) {
    NexusName name = new NexusName("iqn.i,i,0x%012x".formatted(isid), target);
    Nexus nexus = new Nexus(name, disk);
    unit.connect(nexus);
    RecordedTask.run(unit, nexus, "00");
    return nexus;
  }

  private static byte[] keys(int key, int actionKey, boolean persistent) {
    byte[] list = new byte[24];
    list[7] = (byte) key;
    list[15] = (byte) actionKey;
    list[20] = (byte) (persistent ? 1 : 0);
    return list;
  }

  private static Sense sense(Result result) {
    return ((Result.Check) result).sense();
  }

  @Test
  void whoIsRegisteredCanLeaveAndChangeHisKeyWhenThereIsNoRoomForMore() {
    LogicalUnit unit = unit();
    Nexus first = nexus(unit, 0, "t");
    for (int i = 0; i < ReservationTable.MAXIMUM_REGISTRATIONS; i++) {
      Nexus nexus = i == 0 ? first : nexus(unit, i, "t");
      assertThat(RecordedTask.run(unit, nexus, REGISTER, keys(0, 1, false))).isEqualTo(Result.GOOD);
    }
    Nexus late = nexus(unit, 1000, "t");

    assertThat(sense(RecordedTask.run(unit, late, REGISTER, keys(0, 1, false))))
        .isEqualTo(Sense.INSUFFICIENT_RESOURCES);
    assertThat(RecordedTask.run(unit, first, REGISTER, keys(1, 2, false))).isEqualTo(Result.GOOD);
    assertThat(RecordedTask.run(unit, first, REGISTER, keys(2, 0, false))).isEqualTo(Result.GOOD);
    assertThat(RecordedTask.run(unit, late, REGISTER, keys(0, 1, false))).isEqualTo(Result.GOOD);
  }

  @Test
  void damagedReservationsFenceTheMediumUntilTheyAreCleared() {
    store.save("v1", new byte[] {1, 2, 3}, outcome -> {});
    LogicalUnit unit = unit();
    Nexus nexus = nexus(unit, 1, "t");

    assertThat(RecordedTask.run(unit, nexus, WRITE, new byte[512])).isEqualTo(Result.CONFLICT);
    assertThat(RecordedTask.run(unit, nexus, READ)).isEqualTo(Result.CONFLICT);
    assertThat(RecordedTask.run(unit, nexus, REGISTER, keys(0, 7, true))).isEqualTo(Result.GOOD);
    assertThat(RecordedTask.run(unit, nexus, WRITE, new byte[512])).isEqualTo(Result.CONFLICT);

    LogicalUnit again = unit();
    Nexus same = nexus(again, 1, "t");
    assertThat(RecordedTask.run(again, same, WRITE, new byte[512])).isEqualTo(Result.CONFLICT);
    assertThat(RecordedTask.run(again, same, CLEAR, keys(7, 0, false))).isEqualTo(Result.GOOD);
    assertThat(RecordedTask.run(again, same, WRITE, new byte[512])).isEqualTo(Result.GOOD);
    LogicalUnit last = unit();
    assertThat(RecordedTask.run(last, nexus(last, 1, "t"), WRITE, new byte[512]))
        .isEqualTo(Result.GOOD);
  }

  @Test
  void damagedReservationsCanBePreempted() {
    store.save("v1", new byte[] {1, 2, 3}, outcome -> {});
    LogicalUnit unit = unit();
    Nexus nexus = nexus(unit, 1, "t");
    RecordedTask.run(unit, nexus, REGISTER, keys(0, 7, true));
    byte[] list = keys(7, 0, false);
    Arrays.fill(list, 8, 16, (byte) 0xff);

    assertThat(RecordedTask.run(unit, nexus, PREEMPT, list)).isEqualTo(Result.GOOD);
    assertThat(RecordedTask.run(unit, nexus, WRITE, new byte[512])).isEqualTo(Result.GOOD);
  }

  @Test
  void nobodyWhoComesNoMoreKeepsTheMediumAfterARestart() {
    LogicalUnit before = unit();
    Nexus holder = nexus(before, 1, "ended");
    RecordedTask.run(before, holder, REGISTER, keys(0, 7, true));
    assertThat(RecordedTask.run(before, holder, RESERVE, keys(7, 0, true))).isEqualTo(Result.GOOD);
    LogicalUnit fenced = unit();
    assertThat(RecordedTask.run(fenced, nexus(fenced, 1, "new"), WRITE, new byte[512]))
        .isEqualTo(Result.CONFLICT);

    LogicalUnit after = unit();
    after.keepOnly(Set.of("new"));

    assertThat(RecordedTask.run(after, nexus(after, 1, "new"), WRITE, new byte[512]))
        .isEqualTo(Result.GOOD);
    assertThat(store.load("v1").orElseThrow()).isEmpty();
  }

  @Test
  void registrantsHearOfAReservationThatEndsWithItsTarget() {
    LogicalUnit unit = unit();
    Nexus holder = nexus(unit, 1, "ended");
    Nexus other = nexus(unit, 1, "new");
    RecordedTask.run(unit, holder, REGISTER, keys(0, 7, false));
    RecordedTask.run(unit, other, REGISTER, keys(0, 8, false));
    String registrantsOnly = "5f 01 06 0000 00000018";
    assertThat(RecordedTask.run(unit, holder, registrantsOnly, keys(7, 0, false)))
        .isEqualTo(Result.GOOD);

    unit.forget("ended");

    assertThat(sense(RecordedTask.run(unit, other, READ))).isEqualTo(Sense.RESERVATIONS_RELEASED);
  }

  @Test
  void zerosTakeTheirSpaceUnlessItIsToBeGivenBack() {
    LogicalUnit unit = unit();
    Nexus nexus = nexus(unit, 1, "t");
    String eight = "0000000000000000 00000008 00 00";
    RecordedTask.run(unit, nexus, "93 00" + eight, new byte[512]);
    assertThat(disk.keptSpace).isTrue();
    RecordedTask.run(unit, nexus, "93 08" + eight, new byte[512]);
    assertThat(disk.keptSpace).isFalse();
    RecordedTask.run(unit, nexus, "93 01" + eight);
    assertThat(disk.keptSpace).isTrue();
    RecordedTask.run(unit, nexus, "93 09" + eight);
    assertThat(disk.keptSpace).isFalse();
  }

  @Test
  void aFailedSanitizeIsNotForgotten() {
    LogicalUnit unit = unit();
    Nexus nexus = nexus(unit, 1, "t");
    disk.zeroing = Outcome.IO_ERROR;

    assertThat(RecordedTask.run(unit, nexus, SANITIZE_AT_ONCE)).isEqualTo(Result.GOOD);

    assertThat(sense(RecordedTask.run(unit, nexus, READ))).isEqualTo(Sense.SANITIZE_FAILED);
    assertThat(requestedCode(unit, nexus)).isEqualTo(Sense.SANITIZE_FAILED.code());
    assertThat(RecordedTask.run(unit, nexus, EXIT_FAILURE_MODE)).isInstanceOf(Result.Check.class);
    disk.zeroing = Outcome.OK;
    assertThat(RecordedTask.run(unit, nexus, SANITIZE_AT_ONCE)).isEqualTo(Result.GOOD);
    assertThat(RecordedTask.run(unit, nexus, WRITE, new byte[512])).isEqualTo(Result.GOOD);
  }

  @Test
  void aFailedSanitizeThatAllowsItCanBeLeftBehind() {
    LogicalUnit unit = unit();
    Nexus nexus = nexus(unit, 1, "t");
    disk.zeroing = Outcome.IO_ERROR;

    RecordedTask.run(unit, nexus, SANITIZE_UNRESTRICTED);

    assertThat(RecordedTask.run(unit, nexus, EXIT_FAILURE_MODE)).isEqualTo(Result.GOOD);
    assertThat(RecordedTask.run(unit, nexus, WRITE, new byte[512])).isEqualTo(Result.GOOD);
  }

  @Test
  void nothingElseRunsDuringASanitize() {
    LogicalUnit unit = unit();
    Nexus nexus = nexus(unit, 1, "t");
    disk.holds = true;

    assertThat(RecordedTask.run(unit, nexus, SANITIZE_AT_ONCE)).isEqualTo(Result.GOOD);

    assertThat(sense(RecordedTask.run(unit, nexus, READ))).isEqualTo(Sense.SANITIZING);
    assertThat(sense(RecordedTask.run(unit, nexus, SANITIZE_AT_ONCE))).isEqualTo(Sense.SANITIZING);
    assertThat(requestedCode(unit, nexus)).isEqualTo(Sense.SANITIZING.code());
    disk.held.run();
    assertThat(RecordedTask.run(unit, nexus, WRITE, new byte[512])).isEqualTo(Result.GOOD);
  }

  private static int requestedCode(LogicalUnit unit, Nexus nexus) {
    Result.Data data = (Result.Data) RecordedTask.run(unit, nexus, "03 00 0000 ff 00");
    ByteBuf sense = data.bytes();
    int code = sense.getUnsignedShort(sense.readerIndex() + 12);
    sense.release();
    return code;
  }
}
