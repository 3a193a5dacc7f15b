package io.virga.blockstore.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckedBlockDeviceTest {

  private static final EventExecutor LOOP = ImmediateEventExecutor.INSTANCE;

  private final List<Outcome> outcomes = new ArrayList<>();
  private final CheckedBlockDevice device =
      new CheckedBlockDevice(new MemoryDevice(8192), LOOP, false);

  @Test
  void rejectsWhatIsBeyondTheEnd() {
    device.write(8000, bytes(193), false, outcomes::add);
    device.trim(8192, 1, false, outcomes::add);
    device.read(-1, Unpooled.buffer(1, 1), outcomes::add);
    device.trim(Long.MAX_VALUE, Long.MAX_VALUE, false, outcomes::add);

    assertThat(outcomes).hasSize(4).containsOnly(Outcome.INVALID);
  }

  @Test
  void takesWhatEndsAtTheEnd() {
    device.write(8000, bytes(192), false, outcomes::add);
    device.read(8191, Unpooled.buffer(1, 1), outcomes::add);

    assertThat(outcomes).containsExactly(Outcome.OK, Outcome.OK);
  }

  @Test
  void refusesChangesWhenReadOnly() {
    CheckedBlockDevice readOnly = new CheckedBlockDevice(new MemoryDevice(8192), LOOP, true);

    readOnly.write(0, bytes(1), false, outcomes::add);
    readOnly.trim(0, 4096, false, outcomes::add);
    readOnly.writeZeroes(0, 4096, new BlockDevice.ZeroOptions(false, false, false), outcomes::add);
    readOnly.flush(outcomes::add);

    assertThat(outcomes)
        .containsExactly(
            Outcome.NOT_PERMITTED, Outcome.NOT_PERMITTED, Outcome.NOT_PERMITTED, Outcome.OK);
  }

  @Test
  void answersShutDownOnceClosed() {
    device.close();

    device.read(0, Unpooled.buffer(1, 1), outcomes::add);
    device.write(0, bytes(1), false, outcomes::add);
    device.flush(outcomes::add);

    assertThat(outcomes).hasSize(3).containsOnly(Outcome.SHUT_DOWN);
  }

  @Test
  void catchesADeviceThatCompletesTwice() {
    FaultyBlockDevice twice =
        new FaultyBlockDevice(
            new MemoryDevice(4096),
            LOOP,
            () -> new FaultyBlockDevice.Fault(Duration.ZERO, Outcome.IO_ERROR));
    CheckedBlockDevice checked =
        new CheckedBlockDevice(
            new MemoryDevice(4096) {
              @Override
              public void flush(Completion completion) {
                twice.flush(completion);
                twice.flush(completion);
              }
            },
            LOOP,
            false);

    assertThatThrownBy(() -> checked.flush(outcomes::add))
        .isInstanceOf(IllegalStateException.class);
    assertThat(outcomes).containsExactly(Outcome.IO_ERROR);
  }

  private static ByteBuf bytes(int count) {
    return Unpooled.buffer(count).writeZero(count);
  }
}
