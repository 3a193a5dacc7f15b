package io.virga.dataplane.digest;

import io.netty.buffer.Unpooled;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** A process that digests as many streams as want lanes. */
final class ManyDigests {

  private ManyDigests() {}

  public static void main(String[] arguments) throws Exception {
    Lanes lanes = Lanes.detect();
    Md5Streams streams = new Md5Streams(lanes);
    byte[] body = new byte[200_000];
    Arrays.fill(body, (byte) 7);
    List<Md5Stream> all = new ArrayList<>();
    for (int i = 0; i < 2 * Md5Streams.ALONE; i++) {
      all.add(streams.begin(OptionalLong.empty(), Runnable::run));
    }
    System.out.println("state " + lanes.state());
    byte[] expected = MessageDigest.getInstance("MD5").digest(body);
    boolean equal = true;
    for (Md5Stream stream : all) {
      stream.update(Unpooled.directBuffer().writeBytes(body)).join();
      equal &= Arrays.equals(stream.finish().join(), expected);
    }
    System.out.println("equal " + equal);
  }
}
