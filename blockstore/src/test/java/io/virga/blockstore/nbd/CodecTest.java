package io.virga.blockstore.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Laws of the codecs. */
class CodecTest {

  private static final Limits LIMITS = new Limits(1 << 10, 1 << 16, 1 << 20, 16);

  @Test
  void decodesWhatWasEncoded() {
    Random random = new Random(5);
    for (int i = 0; i < 500; i++) {
      Request request = randomRequest(random);
      ByteBuf bytes = encoded(request);

      Decoded<Request> decoded = RequestCodec.decode(bytes, LIMITS);

      assertThat(decoded).isEqualTo(new Decoded.Complete<>(request));
      assertThat(bytes.isReadable()).isFalse();
    }
  }

  @Test
  void everyPrefixNeedsMore() {
    Random random = new Random(6);
    for (int i = 0; i < 50; i++) {
      ByteBuf bytes = encoded(randomRequest(random));
      for (int length = 0; length < bytes.readableBytes(); length++) {
        ByteBuf prefix = bytes.slice(0, length);
        assertThat(RequestCodec.decode(prefix, LIMITS)).isInstanceOf(Decoded.NeedMore.class);
        assertThat(prefix.readerIndex()).isZero();
      }
    }
  }

  @Test
  void refusesWhatIsLargerThanTheLimitsBeforeItComes() {
    ByteBuf write =
        encoded(new Request(0, Wire.CMD_WRITE, 1, 0, (1 << 16) + 1, Unpooled.EMPTY_BUFFER));
    ByteBuf option =
        Unpooled.buffer().writeLong(Wire.IHAVEOPT).writeInt(Wire.OPT_GO).writeInt((1 << 10) + 1);

    assertThat(RequestCodec.decode(write, LIMITS)).isInstanceOf(Decoded.Malformed.class);
    assertThat(NegotiationCodec.decodeOption(option, LIMITS)).isInstanceOf(Decoded.Malformed.class);
  }

  @FuzzTest(maxDuration = "10s")
  void anyBytesEndWell(byte[] input) {
    ByteBuf bytes = Unpooled.wrappedBuffer(input);
    boolean more = true;
    while (more) {
      int before = bytes.readerIndex();
      Decoded<Request> decoded = RequestCodec.decode(bytes, LIMITS);
      more = decoded instanceof Decoded.Complete<Request>;
      assertThat(bytes.readerIndex() > before).isEqualTo(more);
    }
    bytes.readerIndex(0);
    NegotiationCodec.decodeClientFlags(bytes);
    NegotiationCodec.decodeOption(bytes, LIMITS);
  }

  private static Request randomRequest(Random random) {
    int type = random.nextInt(9);
    byte[] payload = new byte[type == Wire.CMD_WRITE ? random.nextInt(300) : 0];
    random.nextBytes(payload);
    return new Request(
        random.nextInt(1 << 16),
        type,
        random.nextLong(),
        random.nextLong(),
        type == Wire.CMD_WRITE ? payload.length : random.nextInt() & 0xffffffffL,
        Unpooled.wrappedBuffer(payload));
  }

  private static ByteBuf encoded(Request request) {
    ByteBuf bytes = Unpooled.buffer();
    RequestCodec.encodeRequest(request, bytes);
    return Unpooled.wrappedBuffer(ByteBufUtil.getBytes(bytes));
  }
}
