package io.virga.blockstore.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.virga.blockstore.device.CheckedBlockDevice;
import io.virga.blockstore.device.MemoryDevice;
import io.virga.blockstore.export.Budget;
import io.virga.blockstore.export.Export;
import io.virga.blockstore.export.ExportTable;
import io.virga.blockstore.scsi.MemoryReservations;
import io.virga.dataplane.desired.IscsiAccess;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Text requests in several parts (RFC 7143 §11.10). */
class TextExchangeTest {

  private final ExportTable exports = new ExportTable();
  private final Initiator initiator =
      new Initiator(
          new Sessions(
              new Targets(exports, new MemoryReservations(), export -> new Entry.Open()),
              Limits.DEFAULT,
              Budget.standard()));

  @BeforeEach
  void login() {
    CheckedBlockDevice device =
        new CheckedBlockDevice(new MemoryDevice(1 << 20), ImmediateEventExecutor.INSTANCE, false);
    exports.open(new Export("v1", "volume1", device, "here"));
    initiator.login(1);
  }

  @AfterEach
  void close() {
    initiator.close();
  }

  private Initiator.Answer ask(int flags, int transferTag, String text) {
    initiator.send(
        new InitiatorPdu.Text(
            initiator.order(),
            flags,
            0,
            7,
            transferTag,
            Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8))));
    return initiator.answers().getFirst();
  }

  @Test
  void aQuestionInTwoPartsIsAnswered() {
    Initiator.Answer more = ask(Wire.CONTINUE, Wire.NO_TAG, "SendTar");
    assertThat(more.header().getByte(1)).isZero();
    int transferTag = more.header().getInt(20);
    assertThat(transferTag).isNotEqualTo(Wire.NO_TAG);

    Initiator.Answer answer = ask(Wire.FINAL, transferTag, "gets=\0");

    assertThat((int) answer.header().getUnsignedByte(1)).isEqualTo(Wire.FINAL);
    assertThat(new String(answer.data(), StandardCharsets.UTF_8))
        .startsWith("TargetName=" + IscsiAccess.target("v1"));
  }

  @Test
  void aNewQuestionEndsTheOneBefore() {
    ask(Wire.CONTINUE, Wire.NO_TAG, "half a ques");

    Initiator.Answer answer = ask(Wire.FINAL, Wire.NO_TAG, "SendTargets=\0");

    assertThat(new String(answer.data(), StandardCharsets.UTF_8)).startsWith("TargetName=");
  }

  @Test
  void aTagOfNoExchangeIsAnError() {
    ask(Wire.CONTINUE, Wire.NO_TAG, "SendTar");

    assertThat(ask(Wire.FINAL, 4711, "gets=\0").opcode()).isEqualTo(Wire.REJECT);
    assertThat(initiator.isOpen()).isFalse();
  }
}
