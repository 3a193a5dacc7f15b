package io.virga.blockstore.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.virga.blockstore.device.CheckedBlockDevice;
import io.virga.blockstore.device.MemoryDevice;
import io.virga.blockstore.export.Budget;
import io.virga.blockstore.export.Export;
import io.virga.blockstore.export.ExportTable;
import io.virga.blockstore.iscsi.InitiatorPdu.Order;
import io.virga.blockstore.scsi.MemoryReservations;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How connections come and go, and what they may take meanwhile. */
class ConnectionLifeTest {

  private static final long LUN_1 = 1L << 48;

  private final ExportTable exports = new ExportTable();
  private final Sessions sessions =
      new Sessions(
          new Targets(exports, new MemoryReservations(), export -> new Entry.Open()),
          Limits.DEFAULT,
          Budget.standard());

  @BeforeEach
  void open() {
    CheckedBlockDevice device =
        new CheckedBlockDevice(new MemoryDevice(1 << 20), ImmediateEventExecutor.INSTANCE, false);
    exports.open(new Export("v1", "volume1", device, "here"));
  }

  private Initiator initiator() {
    return new Initiator(sessions);
  }

  @Test
  void aPeerThatTakesNothingIsClosedAfterItsLogout() {
    try (Initiator initiator = initiator()) {
      initiator.login(1);
      initiator.takeNothing();
      initiator.send(
          new InitiatorPdu.Logout(new Order(true, 1, 1), 0, 7, 0, Unpooled.EMPTY_BUFFER));
      assertThat(initiator.isOpen()).isTrue();

      initiator.wait(10);

      assertThat(initiator.isOpen()).isFalse();
    }
  }

  @Test
  void aSilentPeerIsAskedAndThenClosed() {
    try (Initiator initiator = initiator()) {
      initiator.login(1);
      initiator.wait(31);
      initiator.wait(31);
      Initiator.Answer asked = initiator.answer().orElseThrow();
      assertThat(asked.opcode()).isEqualTo(Wire.NOP_IN);
      assertThat(asked.tag()).isEqualTo(Wire.NO_TAG);
      int transferTag = asked.header().getInt(20);
      assertThat(transferTag).isNotEqualTo(Wire.NO_TAG);

      initiator.send(
          new InitiatorPdu.NopOut(
              new Order(true, 1, 1), 0, Wire.NO_TAG, transferTag, Unpooled.EMPTY_BUFFER));
      initiator.wait(31);
      assertThat(initiator.answer()).isEmpty();
      initiator.wait(31);
      assertThat(initiator.answer().orElseThrow().opcode()).isEqualTo(Wire.NOP_IN);
      assertThat(initiator.isOpen()).isTrue();
      initiator.wait(31);

      assertThat(initiator.isOpen()).isFalse();
      assertThat(sessions.count()).isZero();
    }
  }

  @Test
  void connectionsThatHaveNotLoggedInAreBounded() {
    List<Initiator> raw = new ArrayList<>();
    for (int i = 0; i < Limits.DEFAULT.newcomers(); i++) {
      raw.add(initiator());
    }
    assertThat(raw.getLast().isOpen()).isTrue();
    try (Initiator refused = initiator()) {
      assertThat(refused.isOpen()).isFalse();
    }
    raw.getFirst().login(1);
    try (Initiator next = initiator()) {
      assertThat(next.isOpen()).isTrue();
    }
    raw.forEach(Initiator::close);
    try (Initiator last = initiator()) {
      last.login(1);
      assertThat(last.isOpen()).isTrue();
    }
  }

  @Test
  void sessionsOfOneTargetAreBounded() {
    List<Initiator> all = new ArrayList<>();
    for (int i = 0; i < Limits.DEFAULT.targetSessions(); i++) {
      all.add(initiator());
      all.getLast().login(i);
    }
    try (Initiator refused = initiator()) {
      assertThat(refused.login(1000).header().getUnsignedShort(36)).isEqualTo(0x302);
    }
    all.forEach(Initiator::close);
    assertThat(sessions.count()).isZero();
  }

  @Test
  void anotherConnectionOfASessionKeepsToWhatTheFirstHasAgreed() {
    try (Initiator first = initiator();
        Initiator second = initiator()) {
      Initiator.Answer answer =
          first.login(1, "InitialR2T", "No", "ImmediateData", "No", "MaxConnections", "2");
      first.settle();
      second.join(1, answer.header().getUnsignedShort(14), 1);

      second.command(
          new Order(false, 2, 1), Wire.WRITE, 5, 512, "2a 00 00000004 00 0001 00", new byte[0]);
      second.send(
          new InitiatorPdu.DataOut(
              true, 5, Wire.NO_TAG, 0, 0, Unpooled.wrappedBuffer(new byte[512])));

      Initiator.Answer done = second.answer().orElseThrow();
      assertThat(done.opcode()).isEqualTo(Wire.SCSI_RESPONSE);
      assertThat(done.status()).isZero();
    }
  }

  @Test
  void anAnswerThatIsOvertakenByAnErrorIsGivenBack() {
    long before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
    try (Initiator initiator = initiator()) {
      initiator.login(1, "InitialR2T", "No");
      byte[] inquiry = new byte[16];
      inquiry[0] = 0x12;
      inquiry[4] = 96;
      initiator.send(
          new InitiatorPdu.ScsiCommand(
              initiator.order(), Wire.WRITE, LUN_1, 5, 512, inquiry, Unpooled.EMPTY_BUFFER));
      initiator.send(
          new InitiatorPdu.DataOut(
              true, 5, Wire.NO_TAG, 9, 0, Unpooled.wrappedBuffer(new byte[512])));
      assertThat(initiator.answer().orElseThrow().status()).isEqualTo(2);
    }
    assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory()).isEqualTo(before);
  }
}
