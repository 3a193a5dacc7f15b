package io.virga.blockstore.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Laws of the codec. */
class PduCodecTest {

  private static final List<Framing> FRAMINGS =
      List.of(
          new Framing(false, false, 4096),
          new Framing(true, false, 4096),
          new Framing(false, true, 4096),
          new Framing(true, true, 4096));

  @Test
  void decodesWhatWasEncoded() {
    Random random = new Random(3);
    for (int i = 0; i < 800; i++) {
      Framing framing = FRAMINGS.get(i % 4);
      InitiatorPdu pdu = random(random);
      ByteBuf bytes = encoded(pdu, framing);

      Decoded decoded = PduCodec.decode(bytes, framing);

      assertThat(decoded).isInstanceOf(Decoded.Complete.class);
      InitiatorPdu found = ((Decoded.Complete) decoded).pdu();
      assertThat(encoded(found, framing)).isEqualTo(bytes.readerIndex(0));
      assertThat(found.getClass()).isEqualTo(pdu.getClass());
    }
  }

  @Test
  void everyPrefixNeedsMore() {
    Random random = new Random(4);
    for (int i = 0; i < 60; i++) {
      Framing framing = FRAMINGS.get(i % 4);
      ByteBuf bytes = encoded(random(random), framing);
      for (int length = 0; length < bytes.readableBytes(); length++) {
        ByteBuf prefix = bytes.slice(0, length);
        assertThat(PduCodec.decode(prefix, framing)).isInstanceOf(Decoded.NeedMore.class);
        assertThat(prefix.readerIndex()).isZero();
      }
    }
  }

  @Test
  void aBitThatFlipsIsFoundByTheDigests() {
    Random random = new Random(5);
    Framing framing = FRAMINGS.get(3);
    for (int i = 0; i < 300; i++) {
      ByteBuf bytes = encoded(random(random), framing);
      int at = random.nextInt(bytes.readableBytes());
      boolean length = at >= 4 && at < 8;
      bytes.setByte(at, bytes.getByte(at) ^ 1 << random.nextInt(8));
      if (!length) {
        assertThat(PduCodec.decode(bytes, framing)).isInstanceOf(Decoded.Malformed.class);
      }
    }
  }

  @Test
  void theDigestIsTheOneOfTheStandard() {
    ByteBuf zeros = Unpooled.buffer(32).writeZero(32);
    ByteBuf ones = Unpooled.wrappedBuffer(new byte[32]);
    for (int i = 0; i < 32; i++) {
      ones.setByte(i, 0xff);
    }

    assertThat(Unpooled.buffer(4).writeIntLE(Digest.of(zeros, 0, 32)).getInt(0))
        .isEqualTo(0xaa36918a);
    assertThat(Unpooled.buffer(4).writeIntLE(Digest.of(ones, 0, 32)).getInt(0))
        .isEqualTo(0x43aba862);
  }

  @Test
  void refusesWhatIsLongerThanTheLimitBeforeItComes() {
    ByteBuf header = Unpooled.buffer(48).writeZero(48);
    header.setMedium(5, 4097);

    assertThat(PduCodec.decode(header, FRAMINGS.getFirst())).isInstanceOf(Decoded.Malformed.class);
  }

  @FuzzTest(maxDuration = "10s")
  void anyBytesEndWell(byte[] input) {
    for (Framing framing : FRAMINGS) {
      ByteBuf bytes = Unpooled.wrappedBuffer(input);
      boolean more = true;
      while (more) {
        int before = bytes.readerIndex();
        more = PduCodec.decode(bytes, framing) instanceof Decoded.Complete;
        assertThat(bytes.readerIndex() > before).isEqualTo(more);
      }
    }
    KeyValues.decode(Unpooled.wrappedBuffer(input));
  }

  static ByteBuf encoded(InitiatorPdu pdu, Framing framing) {
    ByteBuf bytes = Unpooled.buffer();
    InitiatorCodec.encode(pdu, framing, bytes);
    return Unpooled.copiedBuffer(bytes);
  }

  private static InitiatorPdu random(Random random) {
    byte[] bytes = new byte[random.nextInt(200)];
    random.nextBytes(bytes);
    ByteBuf data = Unpooled.wrappedBuffer(bytes);
    int tag = random.nextInt();
    long lun = random.nextLong();
    InitiatorPdu.Order order =
        new InitiatorPdu.Order(random.nextBoolean(), random.nextInt(), random.nextInt());
    return switch (random.nextInt(7)) {
      case 0 -> new InitiatorPdu.NopOut(order, lun, tag, random.nextInt(), data);
      case 1 -> {
        byte[] cdb = new byte[16];
        random.nextBytes(cdb);
        yield new InitiatorPdu.ScsiCommand(
            order, random.nextInt(256), lun, tag, random.nextInt(), cdb, data);
      }
      case 2 ->
          new InitiatorPdu.TaskManagement(
              order, random.nextInt(128), lun, tag, random.nextInt(), random.nextInt(), data);
      case 3 ->
          new InitiatorPdu.Login(
              new InitiatorPdu.Stage(true, false, 1, 3, 0),
              random.nextLong() >>> 16,
              random.nextInt(1 << 16),
              tag,
              random.nextInt(1 << 16),
              order,
              data);
      case 4 -> new InitiatorPdu.Text(order, random.nextInt(256), lun, tag, 7, data);
      case 5 ->
          new InitiatorPdu.DataOut(
              random.nextBoolean(), tag, random.nextInt(), random.nextInt(), 512, data);
      default ->
          new InitiatorPdu.Logout(order, random.nextInt(128), tag, random.nextInt(1 << 16), data);
    };
  }
}
