package io.virga.objectstore.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Whatever comes, the decoder ends, and a connection answers or is closed and keeps nothing. */
class PeerFuzzTest {

  @FuzzTest(maxDuration = "10s")
  void anyBytesEndWell(byte[] input) {
    ByteBuf bytes = Unpooled.wrappedBuffer(input);
    boolean more = true;
    while (more) {
      int before = bytes.readerIndex();
      Decoded decoded = FrameDecoder.decode(bytes, Limits.DEFAULT);
      more = decoded instanceof Decoded.Complete;
      assertThat(bytes.readerIndex() > before).isEqualTo(more);
    }
  }

  @FuzzTest(maxDuration = "10s")
  void hostileInputIsAnsweredOrDisconnected(byte[] input) {
    serve(input, input.length + 1);
  }

  @Test
  void randomFramesAreAnsweredOrDisconnected() {
    Random random = new Random(4);
    for (int i = 0; i < 2000; i++) {
      ByteBuf bytes = Unpooled.buffer();
      for (int n = 0; n < 20; n++) {
        byte[] frame = FrameSamples.encoded(FrameSamples.random(random));
        // Few streams, so that frames meet; sometimes a broken byte.
        frame[5] = 0;
        frame[6] = 0;
        frame[7] = 0;
        frame[8] = (byte) (frame[8] == 0 ? 0 : random.nextInt(4));
        if (random.nextInt(30) == 0) {
          frame[random.nextInt(frame.length)] = (byte) random.nextInt();
        }
        bytes.writeBytes(frame);
      }
      byte[] all = new byte[bytes.readableBytes()];
      bytes.readBytes(all);
      serve(all, 1 + random.nextInt(500));
    }
  }

  private static void serve(byte[] input, int step) {
    LongAdder calls = new LongAdder();
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new ServerHandler(new PlainLoopback("s"), Limits.DEFAULT, PeerFuzzTest::handle, calls));
    feed(channel, FrameSamples.encoded(new Frame.Hello(Wire.VERSION, "c")), 100);
    feed(channel, input, step);
    channel.finishAndReleaseAll();
    assertThat(calls.sum()).isZero();
  }

  /** By opcode: silence, an echo, a failure, an answer that does not wait for the body. */
  private static Mono<Answer> handle(Call call) {
    return switch (call.opcode() % 4) {
      case 0 -> Mono.never();
      case 1 -> Mono.just(new Answer(1, call.header(), Body.of(call.body())));
      case 2 -> Mono.error(new IllegalStateException("the test's own failure"));
      default -> Mono.just(new Answer(2, call.header()));
    };
  }

  private static void feed(EmbeddedChannel channel, byte[] bytes, int step) {
    for (int at = 0; at < bytes.length && channel.isOpen(); at += step) {
      int length = Math.min(step, bytes.length - at);
      channel.writeInbound(
          ByteBufAllocator.DEFAULT.directBuffer(length).writeBytes(bytes, at, length));
      channel.runPendingTasks();
    }
  }
}
