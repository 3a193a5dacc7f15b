package io.virga.blockstore.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.virga.blockstore.device.CheckedBlockDevice;
import io.virga.blockstore.device.MemoryDevice;
import io.virga.blockstore.export.Budget;
import io.virga.blockstore.export.Export;
import io.virga.blockstore.export.ExportTable;
import io.virga.blockstore.iscsi.InitiatorPdu.Order;
import io.virga.blockstore.scsi.MemoryReservations;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole conversations with a target. */
class IscsiHandlerTest {

  private static final String WRITE_ONE = "2a 00 00000004 00 0001 00";
  private static final String READ_ONE = "28 00 00000004 00 0001 00";

  private final ExportTable exports = new ExportTable();
  private final MemoryReservations reservations = new MemoryReservations();
  private final CheckedBlockDevice device =
      new CheckedBlockDevice(new MemoryDevice(1 << 20), ImmediateEventExecutor.INSTANCE, false);
  private Sessions sessions = sessions(exports);

  @BeforeEach
  void open() {
    exports.open(new Export("v1", "volume1", device, "here"));
  }

  private Sessions sessions(ExportTable table) {
    return new Sessions(
        new Targets(table, reservations, export -> new Entry.Open()),
        Limits.DEFAULT,
        Budget.standard());
  }

  private Initiator initiator() {
    return new Initiator(sessions);
  }

  private static byte[] block(int value) {
    byte[] bytes = new byte[512];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] conversation() {
    ByteBuf out = Unpooled.buffer();
    out.writeBytes(Initiator.loginBytes(1));
    Framing framing = new Framing(false, false, 0);
    byte[] write = {0x2a, 0, 0, 0, 0, 4, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0};
    byte[] read = {0x28, 0, 0, 0, 0, 4, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0};
    List<InitiatorPdu> pdus =
        List.of(
            new InitiatorPdu.ScsiCommand(
                new Order(false, 1, 1), Wire.FINAL, 0, 1, 0, new byte[16], Unpooled.EMPTY_BUFFER),
            new InitiatorPdu.ScsiCommand(
                new Order(false, 2, 1),
                Initiator.WRITE_FLAGS,
                0,
                2,
                512,
                write,
                Unpooled.wrappedBuffer(block(7))),
            new InitiatorPdu.ScsiCommand(
                new Order(false, 3, 1),
                Initiator.READ_FLAGS,
                0,
                3,
                512,
                read,
                Unpooled.EMPTY_BUFFER),
            new InitiatorPdu.NopOut(
                new Order(true, 4, 1), 0, 4, -1, Unpooled.wrappedBuffer(new byte[] {1, 2, 3})));
    pdus.forEach(pdu -> out.writeBytes(PduCodecTest.encoded(pdu, framing)));
    return ByteBufUtil.getBytes(out);
  }

  @Test
  void anySplitOfTheBytesGivesTheSameAnswers() {
    byte[] whole = replies(1 << 20);

    assertThat(replies(1)).isEqualTo(whole);
    assertThat(replies(47)).isEqualTo(whole);
    assertThat(replies(100)).isEqualTo(whole);
    assertThat(whole).contains(block(7));
  }

  private byte[] replies(int step) {
    sessions = sessions(exports);
    try (Initiator initiator = initiator()) {
      initiator.feed(conversation(), step);
      return initiator.sent();
    }
  }

  @Test
  void asksForDataThatIsNotImmediate() {
    try (Initiator initiator = initiator()) {
      initiator.login(1, "ImmediateData", "No", "InitialR2T", "Yes");
      initiator.settle();
      initiator.command(initiator.order(), Initiator.WRITE_FLAGS, 5, 1024, "2a00 00000000 00 0002");
      Initiator.Answer asked = initiator.answer().orElseThrow();
      assertThat(asked.opcode()).isEqualTo(Wire.READY_TO_TRANSFER);
      assertThat(asked.header().getInt(44)).isEqualTo(1024);
      int transferTag = asked.header().getInt(20);

      initiator.send(data(false, transferTag, 0, 0, block(1)));
      assertThat(initiator.answer()).isEmpty();
      initiator.send(data(true, transferTag, 1, 512, block(2)));

      assertThat(initiator.answer().orElseThrow().status()).isZero();
      initiator.command(initiator.order(), Initiator.READ_FLAGS, 6, 512, "2800 00000001 00 0001");
      assertThat(initiator.answer().orElseThrow().data()).isEqualTo(block(2));
    }
  }

  private static InitiatorPdu.DataOut data(
      boolean last, int transferTag, int sn, int offset, byte[] bytes) {
    return new InitiatorPdu.DataOut(
        last, 5, transferTag, sn, offset, Unpooled.wrappedBuffer(bytes));
  }

  @Test
  void dataOutOfOrderFailsTheCommand() {
    try (Initiator initiator = initiator()) {
      initiator.login(1, "ImmediateData", "No");
      initiator.settle();
      initiator.command(initiator.order(), Initiator.WRITE_FLAGS, 5, 1024, "2a00 00000000 00 0002");
      int transferTag = initiator.answer().orElseThrow().header().getInt(20);

      initiator.send(data(false, transferTag, 1, 0, block(1)));

      assertThat(initiator.answer().orElseThrow().status()).isEqualTo(2);
      initiator.send(data(true, transferTag, 2, 512, block(1)));
      assertThat(initiator.answer()).isEmpty();
    }
  }

  @Test
  void takesUnsolicitedData() {
    try (Initiator initiator = initiator()) {
      initiator.login(1, "ImmediateData", "Yes", "InitialR2T", "No");
      initiator.settle();
      initiator.command(initiator.order(), Wire.WRITE, 5, 1024, "2a00 00000000 00 0002", block(1));
      assertThat(initiator.answer()).isEmpty();
      initiator.send(data(true, Wire.NO_TAG, 0, 512, block(2)));

      assertThat(initiator.answer().orElseThrow().status()).isZero();
    }
  }

  @Test
  void commandsAreDoneInTheirOrder() {
    try (Initiator initiator = initiator()) {
      initiator.login(1);
      initiator.settle();
      Order first = initiator.order();
      Order second = initiator.order();
      initiator.command(second, Initiator.READ_FLAGS, 2, 512, READ_ONE);
      assertThat(initiator.answer()).isEmpty();
      initiator.command(first, Initiator.WRITE_FLAGS, 1, 512, WRITE_ONE, block(9));

      List<Initiator.Answer> answers = initiator.answers();
      assertThat(answers).extracting(Initiator.Answer::tag).containsExactly(1, 2);
      assertThat(answers.getLast().data()).isEqualTo(block(9));
    }
  }

  @Test
  void whatIsOutsideTheWindowIsNotHeard() {
    try (Initiator initiator = initiator()) {
      initiator.login(1);
      initiator.settle();
      initiator.command(new Order(false, 5000, 1), Wire.FINAL, 1, 0, "00");
      initiator.command(new Order(false, 0, 1), Wire.FINAL, 2, 0, "00");

      assertThat(initiator.answer()).isEmpty();
      assertThat(initiator.isOpen()).isTrue();
    }
  }

  @Test
  void digestsAreOnEveryPdu() {
    try (Initiator initiator = initiator()) {
      initiator.login(1, "HeaderDigest", "CRC32C", "DataDigest", "CRC32C");
      initiator.settle();
      initiator.command(initiator.order(), Initiator.WRITE_FLAGS, 1, 512, WRITE_ONE, block(3));
      initiator.command(initiator.order(), Initiator.READ_FLAGS, 2, 512, READ_ONE);

      assertThat(initiator.answer().orElseThrow().data()).isEqualTo(block(3));
    }
  }

  @Test
  void aSessionOfTheSameNameEndsTheOneBefore() {
    try (Initiator first = initiator();
        Initiator other = initiator();
        Initiator again = initiator()) {
      first.login(1);
      other.login(2);
      again.login(1);

      assertThat(first.isOpen()).isFalse();
      assertThat(other.isOpen()).isTrue();
      assertThat(again.isOpen()).isTrue();
    }
  }

  @Test
  void theEndOfAnExportEndsItsSessionsAndReservations() {
    try (Initiator initiator = initiator()) {
      initiator.login(1);
      initiator.settle();
      byte[] register = new byte[24];
      register[15] = 1;
      register[20] = 1;
      initiator.command(
          initiator.order(), Initiator.WRITE_FLAGS, 1, 24, "5f 06 00 0000 00000018", register);
      assertThat(initiator.answer().orElseThrow().status()).isZero();
      assertThat(reservations.load("volume1").orElseThrow()).isNotEmpty();

      exports.end("v1");

      assertThat(initiator.isOpen()).isFalse();
      assertThat(reservations.load("volume1").orElseThrow()).isEmpty();
    }
  }

  @Test
  void reservationsSurviveARestart() {
    try (Initiator before = initiator()) {
      before.login(1);
      before.settle();
      byte[] register = new byte[24];
      register[15] = 1;
      register[20] = 1;
      before.command(
          before.order(), Initiator.WRITE_FLAGS, 1, 24, "5f 06 00 0000 00000018", register);
      byte[] reserve = new byte[24];
      reserve[7] = 1;
      before.command(
          before.order(), Initiator.WRITE_FLAGS, 2, 24, "5f 01 01 0000 00000018", reserve);
      assertThat(before.answer().orElseThrow().status()).isZero();
    }
    sessions = sessions(exports);
    try (Initiator holder = initiator();
        Initiator stranger = initiator()) {
      holder.login(1);
      holder.settle();
      stranger.login(2);
      stranger.settle();
      stranger.command(stranger.order(), Initiator.WRITE_FLAGS, 1, 512, WRITE_ONE, block(1));
      assertThat(stranger.answer().orElseThrow().status()).isEqualTo(0x18);
      holder.command(holder.order(), Initiator.WRITE_FLAGS, 1, 512, WRITE_ONE, block(1));
      assertThat(holder.answer().orElseThrow().status()).isZero();
    }
  }

  @FuzzTest(maxDuration = "10s")
  void hostileInputIsAnsweredOrDisconnected(byte[] input) {
    try (Initiator raw = initiator();
        Initiator loggedIn = initiator()) {
      raw.feed(input, 100);
      loggedIn.login(7);
      loggedIn.feed(input, 100);
      loggedIn.sent();
      raw.sent();
    }
  }

  @Test
  void randomPdusAreAnsweredOrDisconnected() {
    Random random = new Random(11);
    for (int i = 0; i < 400; i++) {
      try (Initiator initiator = initiator()) {
        initiator.login(3, "ImmediateData", "Yes", "InitialR2T", "No");
        initiator.settle();
        for (int n = 2; n < 30 && initiator.isOpen(); n++) {
          byte[] bytes = new byte[48 + 512];
          random.nextBytes(bytes);
          bytes[0] = (byte) (random.nextInt(8) | (random.nextBoolean() ? 0x40 : 0));
          bytes[4] = 0;
          int length = random.nextInt(3) == 0 ? 512 : 0;
          ByteBuf header = Unpooled.wrappedBuffer(bytes);
          header.setMedium(5, length).setLong(8, 0).setInt(16, random.nextInt(4));
          header.setInt(20, random.nextInt(3000)).setInt(24, n);
          bytes[32] = (byte) OPCODES[random.nextInt(OPCODES.length)];
          header.setInt(34, random.nextInt(3000));
          initiator.feed(Arrays.copyOf(bytes, 48 + length), 1 << 20);
          initiator.sent();
        }
      }
    }
  }

  private static final int[] OPCODES = {
    0x00, 0x03, 0x08, 0x0a, 0x12, 0x15, 0x16, 0x17, 0x1a, 0x1b, 0x25, 0x28, 0x2a, 0x2e, 0x2f, 0x34,
    0x35, 0x41, 0x42, 0x55, 0x5a, 0x5e, 0x5f, 0x83, 0x84, 0x88, 0x89, 0x8a, 0x8b, 0x8e, 0x8f, 0x90,
    0x91, 0x93, 0x9e, 0xa0, 0xa3, 0xa8, 0xaa, 0xae, 0xaf, 0x48, 0x37, 0xb7
  };
}
