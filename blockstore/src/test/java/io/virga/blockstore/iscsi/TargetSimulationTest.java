package io.virga.blockstore.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.virga.blockstore.device.CheckedBlockDevice;
import io.virga.blockstore.device.HeldDevice;
import io.virga.blockstore.export.Budget;
import io.virga.blockstore.export.Export;
import io.virga.blockstore.export.ExportTable;
import io.virga.blockstore.scsi.MemoryReservations;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Two initiators, a target and a slow disk, by chance: commands, data in tiny pieces, aborts,
 * resets, and lost connections with whose tasks the next session must not meet.
 */
class TargetSimulationTest {

  static final int PART_BLOCKS = 64;

  private static final Limits LIMITS = new Limits(4096, 64 << 10, 8, 16 << 10, 4, 4, 2, 4);
  private static final int PART_BYTES = PART_BLOCKS * 512;
  private static final int SEEDS = 25;
  private static final int STEPS = 1500;

  @Test
  void everythingThatBeginsEnds() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      long before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
      try {
        new World(seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("with the seed " + seed, e);
      }
      assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory())
          .as("memory in use after the seed " + seed)
          .isEqualTo(before);
    }
  }

  /** What there is, from one seed. */
  private static final class World {
    private final Random random;
    private final HeldDevice device = new HeldDevice(2 * PART_BYTES);
    private final Sessions sessions;
    private final List<SimulatedInitiator> initiators;

    World(long seed) {
      random = new Random(seed);
      ExportTable exports = new ExportTable();
      sessions =
          new Sessions(
              new Targets(exports, new MemoryReservations(), export -> new Entry.Open()),
              LIMITS,
              new Budget(24 << 10, 1000));
      CheckedBlockDevice checked =
          new CheckedBlockDevice(device, ImmediateEventExecutor.INSTANCE, false);
      exports.open(new Export("v1", "volume1", checked, "here"));
      initiators =
          List.of(
              new SimulatedInitiator(1, 0, random, sessions, LIMITS),
              new SimulatedInitiator(2, PART_BLOCKS, random, sessions, LIMITS));
      device.hold(true);
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        boolean ofDevice = device.heldOperations() > 0 && random.nextInt(4) == 0;
        if (ofDevice) {
          device.letGo(random.nextInt(device.heldOperations()));
        } else {
          initiators.get(random.nextInt(2)).act();
        }
        listen();
      }
      settle();
      initiators.forEach(
          each -> {
            assertThat(each.openCommands()).as("commands without an answer").isZero();
            assertThat(each.waitsForFunction()).as("functions without an answer").isFalse();
            each.lose();
          });
      assertThat(device.heldOperations()).isZero();
      assertThat(sessions.count()).as("sessions").isZero();
      assertThat(sessions.budget().bytes()).as("bytes on their way").isZero();
    }

    private void listen() {
      for (int i = 0; i < 2; i++) {
        SimulatedInitiator self = initiators.get(i);
        SimulatedInitiator other = initiators.get(1 - i);
        int from = i * PART_BYTES;
        boolean resets = self.resets();
        self.listen(
            () ->
                assertThat(device.heldOperations(from, from + PART_BYTES))
                    .as("operations of what is over")
                    .isZero());
        if (self.resets() || resets) {
          other.forgive();
        }
      }
    }

    /** All initiators send what is asked for, and the disk does what it is asked. */
    private void settle() {
      for (int quiet = 0; quiet < 2000; quiet++) {
        device.letAllGo();
        initiators.forEach(SimulatedInitiator::sendSome);
        listen();
      }
      device.letAllGo();
      listen();
    }
  }
}
