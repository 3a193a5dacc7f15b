package io.virga.blockstore.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.virga.blockstore.device.CheckedBlockDevice;
import io.virga.blockstore.device.HeldDevice;
import io.virga.blockstore.export.Budget;
import io.virga.blockstore.export.Export;
import io.virga.blockstore.export.ExportTable;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What several connections may hold together. */
class ShareTest {

  private static final int MEBIBYTE = 1 << 20;
  private static final int LARGE = 4 * MEBIBYTE;

  private final Budget budget = new Budget(LARGE, 100);
  private final HeldDevice device = new HeldDevice(2 * LARGE);
  private final ExportTable exports = new ExportTable();
  private final Talk first = talk("a");
  private final Talk second = talk("b");

  private Talk talk(String name) {
    CheckedBlockDevice checked =
        new CheckedBlockDevice(device, ImmediateEventExecutor.INSTANCE, false);
    exports.open(new Export(name, name, checked, "here"));
    Talk talk =
        new Talk(new Door(exports, Limits.DEFAULT, budget, "here", Optional.empty(), false));
    talk.go(name);
    device.hold(true);
    return talk;
  }

  /** Nothing is held for those who have left, nor for what has ended. */
  @AfterEach
  void allIsGivenBack() {
    device.letAllGo();
    first.close();
    second.close();
    device.letAllGo();
    assertThat(first.isOpen()).isFalse();
    assertThat(second.isOpen()).isFalse();
    assertThat(budget.bytes()).isZero();
    assertThat(budget.requests()).isZero();
  }

  private static ByteBuf request(int type, int length) {
    return Talk.request(0, type, 1, 0, length);
  }

  private static ByteBuf zeros(int length) {
    return Unpooled.wrappedBuffer(new byte[length]);
  }

  @Test
  void largeReadsWaitUntilOthersHaveEndedAndThenGoOn() {
    first.send(request(Wire.CMD_READ, LARGE));
    second.send(request(Wire.CMD_READ, LARGE));
    assertThat(device.heldOperations()).isEqualTo(1);
    device.letGo(0);
    assertThat(first.isOpen()).isTrue();
    assertThat(device.heldOperations()).isEqualTo(1);
    assertThat(budget.bytes()).isEqualTo(LARGE);
  }

  @Test
  void oneSmallRequestIsAlwaysAdmitted() {
    first.send(request(Wire.CMD_READ, LARGE));
    second.send(request(Wire.CMD_READ, MEBIBYTE));
    second.send(request(Wire.CMD_READ, 512));
    assertThat(device.heldOperations()).isEqualTo(2);
  }

  @Test
  void payloadsThatAreStillToComeAreCountedAndComeToTheirEnd() {
    first.send(request(Wire.CMD_WRITE, LARGE));
    assertThat(budget.bytes()).isEqualTo(LARGE + RequestCodec.REQUEST_BYTES);
    second.send(request(Wire.CMD_WRITE, LARGE));
    second.send(zeros(1000));
    assertThat(budget.bytes()).isEqualTo(LARGE + RequestCodec.REQUEST_BYTES);
    first.send(zeros(LARGE));
    assertThat(device.heldOperations()).isEqualTo(1);
    device.letAllGo();
    second.send(zeros(LARGE - 1000));
    assertThat(device.heldOperations()).isEqualTo(1);
  }

  @Test
  void whoLeavesInTheMiddleOfPayloadLetsOthersGoOn() {
    first.send(request(Wire.CMD_WRITE, LARGE));
    second.send(request(Wire.CMD_READ, LARGE));
    assertThat(device.heldOperations()).isZero();
    first.close();
    assertThat(second.isOpen()).isTrue();
    assertThat(device.heldOperations()).isEqualTo(1);
  }

  @Test
  void whoDisconnectsIsAnsweredWhatIsUnderWay() {
    first.send(request(Wire.CMD_READ, 512));
    first.send(request(Wire.CMD_DISC, 0));
    assertThat(first.isOpen()).isTrue();
    device.letAllGo();
    assertThat(first.isOpen()).isFalse();
    assertThat(first.received())
        .isEqualTo(RequestCodec.chunkHeaderBytes(Headers.STRUCTURED) + 8 + 512);
  }
}
