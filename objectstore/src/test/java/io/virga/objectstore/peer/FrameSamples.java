package io.virga.objectstore.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.peer.Frame.BodyForm;
import java.util.Random;

/** Random frames of every type. */
final class FrameSamples {

  private FrameSamples() {}

  static Frame random(Random random) {
    int stream = 1 + random.nextInt(Integer.MAX_VALUE);
    BodyForm form = BodyForm.values()[random.nextInt(3)];
    return switch (random.nextInt(9)) {
      case 0 -> new Frame.Hello(random.nextInt(1 << 16), "nœud-" + random.nextInt(100));
      case 1 ->
          new Frame.Request(
              -stream,
              random.nextInt(1 << 16),
              1 + random.nextInt(100_000),
              bytes(random, random.nextInt(300)),
              form,
              whole(random, form));
      case 2 ->
          new Frame.Response(
              stream,
              random.nextInt(1 << 16),
              bytes(random, random.nextInt(300)),
              form,
              whole(random, form));
      case 3 ->
          new Frame.Data(stream, Unpooled.wrappedBuffer(bytes(random, 1 + random.nextInt(300))));
      case 4 -> new Frame.End(stream);
      case 5 -> new Frame.Reset(random.nextInt(2) * stream, random.nextInt(1 << 16), "wärum?");
      case 6 -> new Frame.Credit(stream, 1 + random.nextInt(512 << 10));
      case 7 -> new Frame.Ping(random.nextLong());
      default -> new Frame.Pong(random.nextLong());
    };
  }

  static byte[] encoded(Frame frame) {
    ByteBuf out = Unpooled.buffer();
    FrameEncoder.encode(frame, out);
    return ByteBufUtil.getBytes(out);
  }

  private static ByteBuf whole(Random random, BodyForm form) {
    return form == BodyForm.WHOLE
        ? Unpooled.wrappedBuffer(bytes(random, 1 + random.nextInt(300)))
        : Unpooled.EMPTY_BUFFER;
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
