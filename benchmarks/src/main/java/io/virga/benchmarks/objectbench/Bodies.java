package io.virga.benchmarks.objectbench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;

/** Bytes that no store can compress. */
public final class Bodies {

  private Bodies() {}

  /** The same for the same size. Released with the last load that sends it. */
  public static ByteBuf random(int bytes) {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return Unpooled.directBuffer(bytes).writeBytes(content);
  }
}
