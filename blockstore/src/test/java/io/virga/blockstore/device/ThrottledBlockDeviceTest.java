package io.virga.blockstore.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.virga.dataplane.desired.IoLimits;
import io.virga.dataplane.desired.IoLimits.Rate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A volume with limits behind its doors, and a clock that the test turns. */
class ThrottledBlockDeviceTest {

  private static final Rate THOUSAND = new Rate(1000, 0);

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<Outcome> outcomes = new ArrayList<>();
  private final List<Long> written = new ArrayList<>();
  private final BlockDevice volume =
      new MemoryDevice(1 << 20) {
        @Override
        public void write(long offset, ByteBuf source, boolean durable, Completion completion) {
          written.add(offset);
          super.write(offset, source, durable, completion);
        }
      };
  private long now;
  private final Throttle throttle;
  private final ThrottledBlockDevice door;

  ThrottledBlockDeviceTest() {
    channel.freezeTime();
    throttle = new Throttle(channel.eventLoop(), () -> now);
    door = door();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void passesEverythingWithoutLimits() {
    write(door, 5000);
    assertThat(outcomes).hasSize(5000);
    assertThat(door.holesAreFree()).isTrue();
  }

  @Test
  void holdsAllDoorsOfAVolumeTogetherToItsOperations() {
    limit(limits(THOUSAND, Rate.NONE, Rate.NONE));
    ThrottledBlockDevice other = door();
    write(door, 300);
    read(other, 300);
    assertThat(outcomes).hasSize(101);
    assertThat(door.holesAreFree()).isFalse();
    turn(200);
    assertThat(outcomes).hasSize(301);
    turn(299);
    assertThat(outcomes).hasSize(600);
  }

  @Test
  void neverDelaysAFlush() {
    limit(limits(THOUSAND, Rate.NONE, Rate.NONE));
    write(door, 300);
    door.flush(outcomes::add);
    assertThat(outcomes).hasSize(102);
  }

  @Test
  void readsDoNotWaitForWritesThatHaveALimitOfTheirOwn() {
    limit(limits(Rate.NONE, Rate.NONE, THOUSAND));
    write(door, 300);
    read(door, 300);
    assertThat(outcomes).hasSize(401);
    door.trim(0, 4096, false, outcomes::add);
    assertThat(outcomes).as("a trim is a change").hasSize(401);
  }

  @Test
  void readsAndWritesTakeTurnsWhereTheLimitIsOfBoth() {
    limit(limits(THOUSAND, Rate.NONE, Rate.NONE));
    write(door, 1000);
    List<Outcome> reads = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      door.read(0, Unpooled.buffer(512, 512), reads::add);
    }
    turn(200);
    assertThat(reads.size()).isBetween(99, 101);
    assertThat(outcomes.size()).isBetween(200, 202);
  }

  @Test
  void countsBytesOfReadsAndWritesAndOfZerosThatTakeSpace() {
    limit(
        new IoLimits(Rate.NONE, Rate.NONE, Rate.NONE, new Rate(1 << 20, 0), Rate.NONE, Rate.NONE));
    door.writeZeroes(0, 1 << 20, new BlockDevice.ZeroOptions(false, false, false), outcomes::add);
    door.trim(0, 1 << 20, false, outcomes::add);
    door.writeZeroes(0, 1 << 20, new BlockDevice.ZeroOptions(false, true, false), outcomes::add);
    assertThat(outcomes).hasSize(3);
    write(door, 1);
    assertThat(outcomes).hasSize(3);
    turn(899);
    assertThat(outcomes).hasSize(3);
    turn(2);
    assertThat(outcomes).hasSize(4);
  }

  @Test
  void writesPassInTheirOrder() {
    limit(limits(THOUSAND, Rate.NONE, Rate.NONE));
    for (int i = 0; i < 500; i++) {
      door.write(i * 512L, Unpooled.wrappedBuffer(new byte[512]), false, outcomes::add);
    }
    turn(500);
    assertThat(written).hasSize(500).isSorted();
  }

  @Test
  void otherLimitsHoldAtOnceAlsoForWhatWaits() {
    limit(limits(new Rate(1, 0), Rate.NONE, Rate.NONE));
    write(door, 1000);
    turn(1900);
    assertThat(outcomes.size()).isLessThanOrEqualTo(3);
    limit(limits(THOUSAND, Rate.NONE, Rate.NONE));
    turn(500);
    assertThat(outcomes.size()).isBetween(580, 620);
    limit(IoLimits.NONE);
    assertThat(outcomes).hasSize(1000);
  }

  @Test
  void whatWaitsWhenItsDoorIsClosedMeetsTheClosedDoorAtOnce() {
    limit(limits(new Rate(1, 0), Rate.NONE, Rate.NONE));
    ThrottledBlockDevice other = door();
    write(door, 10);
    List<Outcome> others = new ArrayList<>();
    other.write(4096, Unpooled.wrappedBuffer(new byte[512]), false, others::add);
    assertThat(outcomes).containsExactly(Outcome.OK);
    door.close();
    assertThat(outcomes.subList(1, 10)).containsOnly(Outcome.SHUT_DOWN);
    assertThat(written).as("the volume heard of nothing").containsExactly(0L);
    assertThat(others).as("the other door's turn has not come").isEmpty();
    write(door, 1);
    assertThat(outcomes).hasSize(11).last().isEqualTo(Outcome.SHUT_DOWN);
    turn(1000);
    assertThat(others).containsExactly(Outcome.OK);
  }

  @Test
  void whatACompletionBringsAboutWaitsForItsTurn() {
    limit(limits(THOUSAND, Rate.NONE, Rate.NONE));
    again(2000);
    assertThat(outcomes).hasSize(101);
    turn(100);
    assertThat(outcomes).hasSize(201);
  }

  private void again(int times) {
    door.write(
        0,
        Unpooled.wrappedBuffer(new byte[512]),
        false,
        outcome -> {
          outcomes.add(outcome);
          if (times > 1) {
            again(times - 1);
          }
        });
  }

  private ThrottledBlockDevice door() {
    return new ThrottledBlockDevice(
        new CheckedBlockDevice(volume, channel.eventLoop(), false), throttle);
  }

  private void limit(IoLimits limits) {
    throttle.limit(limits);
  }

  private static IoLimits limits(Rate total, Rate reads, Rate writes) {
    return new IoLimits(total, reads, writes, Rate.NONE, Rate.NONE, Rate.NONE);
  }

  private void write(ThrottledBlockDevice to, int times) {
    for (ByteBuf source : Collections.nCopies(times, Unpooled.wrappedBuffer(new byte[512]))) {
      to.write(0, source, false, outcomes::add);
    }
  }

  private void read(ThrottledBlockDevice from, int times) {
    for (int i = 0; i < times; i++) {
      from.read(0, Unpooled.buffer(512, 512), outcomes::add);
    }
  }

  private void turn(int milliseconds) {
    for (int i = 0; i < milliseconds; i++) {
      now += 1_000_000;
      channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
      channel.runScheduledPendingTasks();
    }
  }
}
