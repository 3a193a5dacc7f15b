package io.virga.blockstore.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.virga.blockstore.device.CheckedBlockDevice;
import io.virga.blockstore.device.HeldDevice;
import io.virga.blockstore.export.Budget;
import io.virga.blockstore.export.Export;
import io.virga.blockstore.export.ExportTable;
import io.virga.blockstore.scsi.MemoryReservations;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to commands while the disk has not done its part. */
class TasksUnderWayTest {

  private static final int MIB = 1 << 20;
  private static final String WRITE_ONE = "2a 00 00000004 00 0001 00";
  private static final String READ_ONE = "28 00 00000004 00 0001 00";
  private static final String WRITE_MIB = "2a 00 00000000 00 0800 00";
  private static final String READ_MIB = "28 00 00000000 00 0800 00";

  private final ExportTable exports = new ExportTable();
  private final HeldDevice device = new HeldDevice(4 * MIB);
  private final Sessions sessions =
      new Sessions(
          new Targets(exports, new MemoryReservations(), export -> new Entry.Open()),
          Limits.DEFAULT,
          Budget.standard());

  @BeforeEach
  void open() {
    CheckedBlockDevice checked =
        new CheckedBlockDevice(device, ImmediateEventExecutor.INSTANCE, false);
    exports.open(new Export("v1", "volume1", checked, "here"));
  }

  private Initiator initiator(String... keys) {
    return initiator(1, keys);
  }

  private Initiator initiator(long isid, String... keys) {
    Initiator initiator = new Initiator(sessions);
    initiator.login(isid, keys);
    initiator.settle();
    return initiator;
  }

  private static byte[] bytes(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private byte[] firstBlock() {
    byte[] block = new byte[512];
    device.hold(false);
    device.read(4 * 512, Unpooled.wrappedBuffer(block).clear(), outcome -> {});
    return block;
  }

  @Test
  void manyWritesThatNeedSeveralBurstsEachAllEnd() {
    try (Initiator initiator =
        initiator("ImmediateData", "Yes", "MaxOutstandingR2T", "1", "FirstBurstLength", "262144")) {
      for (int tag = 0; tag < 64; tag++) {
        initiator.command(
            initiator.order(), Initiator.WRITE_FLAGS, tag, MIB, WRITE_MIB, bytes(256 << 10, tag));
      }

      assertThat(initiator.giveWhatIsAskedFor())
          .hasSize(64)
          .allSatisfy(answer -> assertThat(answer.status()).isZero());
    }
  }

  @Test
  void aSessionBeginsOnceTheWritesOfTheFormerAreOver() {
    Initiator former = initiator();
    device.hold(true);
    former.command(former.order(), Initiator.WRITE_FLAGS, 1, 512, WRITE_ONE, bytes(512, 1));
    former.close();
    try (Initiator again = new Initiator(sessions);
        Initiator late = new Initiator(sessions)) {
      assertThat(again.tryLogin(1)).isEmpty();
      assertThat(late.tryLogin(1)).isEmpty();

      device.letAllGo();

      assertThat(late.answer().orElseThrow().status()).isZero();
      assertThat(again.isOpen()).isFalse();
      late.settle();
      late.command(late.order(), Initiator.WRITE_FLAGS, 1, 512, WRITE_ONE, bytes(512, 2));
      device.letAllGo();
      assertThat(firstBlock()).isEqualTo(bytes(512, 2));
    }
  }

  @Test
  void loginsThatWaitForAFormerSessionAreBounded() {
    Initiator former = initiator();
    device.hold(true);
    former.command(former.order(), Initiator.WRITE_FLAGS, 1, 512, WRITE_ONE, bytes(512, 1));
    former.close();
    int refused = 0;
    for (int i = 0; i < 100; i++) {
      try (Initiator again = new Initiator(sessions)) {
        refused += again.tryLogin(1).isPresent() ? 1 : 0;
      }
    }
    device.letAllGo();

    assertThat(refused).isBetween(80, 99);
    assertThat(sessions.count()).isZero();
  }

  @Test
  void aFormerSessionCountsUntilItsWritesAreOver() {
    Limits one = new Limits(256 << 10, 64 << 10, 128, 32 << 20, 1, 64, 8, 256);
    Sessions few =
        new Sessions(
            new Targets(exports, new MemoryReservations(), export -> new Entry.Open()),
            one,
            Budget.standard());
    try (Initiator first = new Initiator(few);
        Initiator second = new Initiator(few);
        Initiator third = new Initiator(few)) {
      first.login(1);
      first.settle();
      device.hold(true);
      first.command(first.order(), Initiator.WRITE_FLAGS, 1, 512, WRITE_ONE, bytes(512, 1));
      first.close();

      assertThat(second.tryLogin(2).orElseThrow().header().getUnsignedShort(36)).isEqualTo(0x302);
      device.letAllGo();
      assertThat(third.tryLogin(2).orElseThrow().header().getUnsignedShort(36)).isZero();
    }
  }

  /** Almost all room is taken; a large read waits for more of it than there is, before a small. */
  private void fillAndQueue(Initiator initiator) {
    device.hold(true);
    for (int tag = 0; tag < 31; tag++) {
      initiator.command(initiator.order(), Initiator.READ_FLAGS, tag, MIB, READ_MIB);
    }
    initiator.command(initiator.order(), Initiator.READ_FLAGS, 31, 512, READ_ONE);
    initiator.command(initiator.order(), Initiator.READ_FLAGS, 32, MIB, READ_MIB);
    initiator.command(initiator.order(), Initiator.READ_FLAGS, 33, 512, READ_ONE);
  }

  @Test
  void aLostConnectionStartsNothingThatWaited() {
    Initiator initiator = initiator();
    fillAndQueue(initiator);
    int before = device.heldOperations();
    initiator.close();

    assertThat(before).isEqualTo(32);
    assertThat(device.heldOperations()).isEqualTo(before);
    device.letAllGo();
  }

  @Test
  void anAbortedTaskSetStartsNothingThatWaited() {
    try (Initiator initiator = initiator()) {
      fillAndQueue(initiator);
      initiator.function(Wire.ABORT_TASK_SET, 500, 0);

      assertThat(device.heldOperations()).isEqualTo(32);
      assertThat(initiator.answer()).isEmpty();
      device.letAllGo();
      assertThat(initiator.answers()).extracting(Initiator.Answer::tag).containsExactly(500);
    }
  }

  @Test
  void anAbortedCommandStopsAtItsNextPiece() {
    try (Initiator initiator = initiator()) {
      device.hold(true);
      initiator.command(initiator.order(), Wire.FINAL, 1, 0, "2f 00 00000000 00 2000 00");
      assertThat(device.heldOperations()).isEqualTo(1);
      initiator.function(Wire.ABORT_TASK, 2, 1);
      device.letGo(0);

      assertThat(device.heldOperations()).isZero();
      assertThat(initiator.answers()).extracting(Initiator.Answer::tag).containsExactly(2);
    }
  }

  @Test
  void allConnectionsTogetherTakeNoMoreThanThereIsForThem() {
    Budget little = new Budget(2 * MIB, 100);
    Sessions all =
        new Sessions(
            new Targets(exports, new MemoryReservations(), export -> new Entry.Open()),
            Limits.DEFAULT,
            little);
    try (Initiator first = new Initiator(all);
        Initiator second = new Initiator(all)) {
      first.login(1);
      first.settle();
      second.login(2);
      second.settle();
      device.hold(true);
      for (int tag = 0; tag < 5; tag++) {
        first.command(first.order(), Initiator.READ_FLAGS, tag, MIB, READ_MIB);
      }
      assertThat(device.heldOperations()).isEqualTo(2);
      for (int tag = 0; tag < 5; tag++) {
        second.command(second.order(), Initiator.READ_FLAGS, tag, MIB, READ_MIB);
      }
      assertThat(device.heldOperations()).isEqualTo(3);

      device.letAllGo();

      assertThat(ended(first)).isEqualTo(5);
      assertThat(ended(second)).isEqualTo(5);
      assertThat(little.bytes()).isZero();
    }
  }

  private static long ended(Initiator initiator) {
    return initiator.answers().stream().map(Initiator.Answer::tag).distinct().count();
  }

  @Test
  void functionsThatWaitAreBounded() {
    try (Initiator initiator = initiator()) {
      device.hold(true);
      initiator.command(initiator.order(), Initiator.WRITE_FLAGS, 1, 512, WRITE_ONE, bytes(512, 1));
      for (int tag = 2; tag < 1000; tag++) {
        initiator.function(Wire.ABORT_TASK_SET, tag, 0);
      }
      List<Initiator.Answer> refused = initiator.answers();
      device.letAllGo();
      List<Initiator.Answer> done = initiator.answers();

      assertThat(refused)
          .hasSize(998 - done.size())
          .allSatisfy(answer -> assertThat(answer.opcode()).isEqualTo(Wire.REJECT));
      assertThat(done).hasSizeBetween(1, 8);
    }
  }

  @Test
  void manyTasksMayBeAbortedOneByOne() {
    try (Initiator initiator = initiator()) {
      device.hold(true);
      for (int tag = 0; tag < 100; tag++) {
        initiator.command(
            initiator.order(), Initiator.WRITE_FLAGS, tag, 512, WRITE_ONE, bytes(512, tag));
      }
      for (int tag = 0; tag < 100; tag++) {
        initiator.function(Wire.ABORT_TASK, 1000 + tag, tag);
      }
      assertThat(initiator.answer()).isEmpty();
      device.letAllGo();

      assertThat(initiator.answers())
          .hasSize(100)
          .allSatisfy(answer -> assertThat(answer.opcode()).isEqualTo(0x22))
          .allSatisfy(answer -> assertThat(answer.header().getByte(2)).isZero());
    }
  }
}
