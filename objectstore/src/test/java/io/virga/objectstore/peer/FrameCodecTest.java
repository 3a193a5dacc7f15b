package io.virga.objectstore.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.virga.dataplane.buffer.Inbox;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Laws of the codec. */
class FrameCodecTest {

  private static final int STREAM = 7;

  @Test
  void decodesWhatWasEncoded() {
    Random random = new Random(1);
    for (int i = 0; i < 3000; i++) {
      Frame frame = FrameSamples.random(random);
      byte[] bytes = FrameSamples.encoded(frame);
      ByteBuf in = Unpooled.wrappedBuffer(bytes);

      Decoded decoded = FrameDecoder.decode(in, Limits.DEFAULT);

      assertThat(decoded).isInstanceOf(Decoded.Complete.class);
      Frame again = ((Decoded.Complete) decoded).frame();
      assertThat(again).isInstanceOf(frame.getClass());
      assertThat(again)
          .usingRecursiveComparison()
          .ignoringFields("whole", "payload")
          .isEqualTo(frame);
      assertThat(again.tail()).isEqualTo(frame.tail());
      assertThat(in.isReadable()).isFalse();
    }
  }

  @Test
  void everyPrefixNeedsMore() {
    Random random = new Random(2);
    for (int i = 0; i < 300; i++) {
      byte[] bytes = FrameSamples.encoded(FrameSamples.random(random));
      for (int length = 0; length < bytes.length; length++) {
        ByteBuf prefix = Unpooled.wrappedBuffer(bytes, 0, length);
        assertThat(FrameDecoder.decode(prefix, Limits.DEFAULT))
            .isInstanceOfSatisfying(
                Decoded.NeedMore.class,
                more -> assertThat(more.totalBytes()).isBetween(Wire.HEAD_BYTES, bytes.length));
        assertThat(prefix.readerIndex()).isZero();
      }
    }
  }

  @Test
  void anySplitGivesTheSameFrames() {
    Random random = new Random(3);
    for (int round = 0; round < 100; round++) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int i = 0; i < 20; i++) {
        all.writeBytes(FrameSamples.encoded(FrameSamples.random(random)));
      }
      byte[] bytes = all.toByteArray();

      assertThat(reencoded(bytes, new Random(round), 1 + round * 5)).isEqualTo(bytes);
    }
  }

  private static byte[] reencoded(byte[] bytes, Random random, int longest) {
    Inbox inbox = new Inbox();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(bytes.length - at, 1 + random.nextInt(longest));
      ByteBuf piece = ByteBufAllocator.DEFAULT.directBuffer(length);
      inbox.add(piece.writeBytes(bytes, at, length), ByteBufAllocator.DEFAULT);
      at += length;
      while (FrameDecoder.decode(inbox.bytes(), Limits.DEFAULT)
          instanceof Decoded.Complete(Frame frame)) {
        out.writeBytes(FrameSamples.encoded(frame));
        frame.tail().release();
        inbox.discardRead();
      }
    }
    inbox.release();
    return out.toByteArray();
  }

  @Test
  void refusesWhatIsTooLargeBeforeItComes() {
    for (Frame frame :
        List.of(
            new Frame.Hello(1, "n".repeat(256)),
            new Frame.Request(
                STREAM, 1, 1, new byte[0], Frame.BodyForm.WHOLE, zeros((64 << 10) + 1)),
            new Frame.Data(STREAM, zeros((256 << 10) + 1)),
            new Frame.Reset(STREAM, 1, "x".repeat(1025)))) {
      byte[] bytes = FrameSamples.encoded(frame);
      byte[] head = Arrays.copyOf(bytes, Math.min(bytes.length, 100));
      // A request is known to be too large by its header's length.
      Decoded decoded =
          FrameDecoder.decode(
              Unpooled.wrappedBuffer(frame instanceof Frame.Request ? bytes : head),
              Limits.DEFAULT);
      assertThat(decoded).as("%s", frame).isInstanceOf(Decoded.Malformed.class);
    }
  }

  @Test
  void refusesWhatIsNotOfTheProtocol() {
    List<String> reasons = new ArrayList<>();
    reasons.add(reason(frame(0, 0, 0)));
    reasons.add(reason(frame(0, 10, 0)));
    reasons.add(reason(frame(8, Wire.PING, STREAM).writeLong(1)));
    reasons.add(reason(frame(0, Wire.END, 0)));
    reasons.add(reason(frame(4, Wire.CREDIT, STREAM).writeInt(0)));
    reasons.add(reason(frame(4, Wire.CREDIT, STREAM).writeInt((512 << 10) + 1)));
    reasons.add(reason(frame(4, Wire.CREDIT, STREAM).writeInt(-1)));
    reasons.add(reason(frame(7, Wire.HELLO, 0).writeInt(1).writeShort(1).writeByte('n')));
    reasons.add(reason(frame(1, Wire.END, STREAM).writeByte(1)));
    reasons.add(reason(request(3, 0, 10)));
    reasons.add(reason(request(1, 11, 10)));
    reasons.add(reason(request(1, 9, 10)));
    reasons.add(reason(request(2, 10, 10)));
    reasons.add(reason(request(0, -1, 10)));
    assertThat(reasons).doesNotContain("").hasSize(14);
  }

  private static String reason(ByteBuf in) {
    return FrameDecoder.decode(in, Limits.DEFAULT) instanceof Decoded.Malformed(String reason)
        ? reason
        : "";
  }

  private static ByteBuf frame(int length, int type, int stream) {
    return Unpooled.buffer().writeInt(length).writeByte(type).writeInt(stream);
  }

  private static ByteBuf request(int form, int headerBytes, int rest) {
    ByteBuf out = frame(Wire.REQUEST_FIXED_BYTES + rest, Wire.REQUEST, STREAM);
    out.writeShort(1).writeInt(1000).writeByte(form).writeInt(headerBytes);
    return out.writeZero(rest);
  }

  private static ByteBuf zeros(int length) {
    return Unpooled.wrappedBuffer(new byte[length]);
  }
}
