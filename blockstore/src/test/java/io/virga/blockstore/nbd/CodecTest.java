package io.virga.blockstore.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Laws of the codecs. */
class CodecTest {

  private static final Limits LIMITS = new Limits(1 << 10, 1 << 16, 1 << 20, 16);

  @ParameterizedTest
  @EnumSource(Headers.class)
  void decodesWhatWasEncoded(Headers headers) {
    Random random = new Random(5);
    for (int i = 0; i < 500; i++) {
      Request request = randomRequest(random, headers);
      ByteBuf bytes = encoded(request, headers);

      Decoded<Request> decoded = RequestCodec.decode(bytes, LIMITS, headers);

      assertThat(decoded).isEqualTo(new Decoded.Complete<>(request));
      assertThat(bytes.isReadable()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(Headers.class)
  void everyPrefixNeedsMore(Headers headers) {
    Random random = new Random(6);
    for (int i = 0; i < 50; i++) {
      ByteBuf bytes = encoded(randomRequest(random, headers), headers);
      for (int length = 0; length < bytes.readableBytes(); length++) {
        ByteBuf prefix = bytes.slice(0, length);
        assertThat(RequestCodec.decode(prefix, LIMITS, headers))
            .isInstanceOf(Decoded.NeedMore.class);
        assertThat(prefix.readerIndex()).isZero();
      }
    }
  }

  @Test
  void takesNoPayloadThatIsLargerThanTheLimitsAndSaysWhatFollows() {
    ByteBuf write =
        encoded(
            new Request(0, Wire.CMD_WRITE, 1, 0, (1 << 16) + 1, Unpooled.EMPTY_BUFFER),
            Headers.STRUCTURED);
    ByteBuf endless =
        encoded(
            new Request(0, Wire.CMD_WRITE, 1, 0, 1L << 40, Unpooled.EMPTY_BUFFER),
            Headers.EXTENDED);
    ByteBuf option =
        Unpooled.buffer().writeLong(Wire.IHAVEOPT).writeInt(Wire.OPT_GO).writeInt((1 << 10) + 1);

    assertThat(RequestCodec.decode(write, LIMITS, Headers.STRUCTURED))
        .isEqualTo(
            new Decoded.Complete<>(
                new Request(
                    0, Wire.CMD_WRITE, 1, 0, (1 << 16) + 1, Unpooled.EMPTY_BUFFER, (1 << 16) + 1)));
    assertThat(RequestCodec.decode(endless, LIMITS, Headers.EXTENDED))
        .isInstanceOf(Decoded.Malformed.class);
    assertThat(NegotiationCodec.decodeOption(option, LIMITS))
        .isInstanceOfSatisfying(
            Decoded.Complete.class,
            found ->
                assertThat(found.message())
                    .isInstanceOfSatisfying(
                        Option.class,
                        taken -> assertThat(taken.excessBytes()).isEqualTo((1 << 10) + 1)));
  }

  @FuzzTest(maxDuration = "10s")
  void anyBytesEndWell(byte[] input) {
    ByteBuf bytes = Unpooled.wrappedBuffer(input);
    for (Headers headers : Headers.values()) {
      boolean more = true;
      while (more) {
        int before = bytes.readerIndex();
        Decoded<Request> decoded = RequestCodec.decode(bytes, LIMITS, headers);
        more = decoded instanceof Decoded.Complete<Request>;
        assertThat(bytes.readerIndex() > before).isEqualTo(more);
      }
      bytes.readerIndex(0);
    }
    NegotiationCodec.decodeClientFlags(bytes);
    NegotiationCodec.decodeOption(bytes, LIMITS);
  }

  private static Request randomRequest(Random random, Headers headers) {
    int type = random.nextInt(9);
    int flags = random.nextInt(1 << 16);
    boolean extended = headers == Headers.EXTENDED;
    boolean carries =
        type == Wire.CMD_WRITE || (extended && (flags & Wire.CMD_FLAG_PAYLOAD_LEN) != 0);
    byte[] payload = new byte[carries ? random.nextInt(300) : 0];
    random.nextBytes(payload);
    long anyLength = extended ? random.nextLong() : random.nextInt() & 0xffffffffL;
    return new Request(
        flags,
        type,
        random.nextLong(),
        random.nextLong(),
        carries ? payload.length : anyLength,
        Unpooled.wrappedBuffer(payload));
  }

  private static ByteBuf encoded(Request request, Headers headers) {
    ByteBuf bytes = Unpooled.buffer();
    RequestCodec.encodeRequest(request, headers, bytes);
    return Unpooled.wrappedBuffer(ByteBufUtil.getBytes(bytes));
  }
}
