package io.virga.dataplane.digest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;

/** Arbitrary pieces, handed to arbitrary streams in arbitrary order. */
class Md5FuzzTest {

  private static final int STREAMS = 20;

  @FuzzTest(maxDuration = "10s")
  void digestsAnyPiecesInAnyOrder(FuzzedDataProvider data) throws Exception {
    Queue<Runnable> tasks = new ArrayDeque<>();
    Md5Streams streams = new Md5Streams(Lanes.of(VectorKernel::new));
    List<Md5Stream> all = new ArrayList<>();
    List<ByteArrayOutputStream> bodies = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      all.add(streams.begin(OptionalLong.empty(), tasks::add));
      bodies.add(new ByteArrayOutputStream());
    }
    while (data.remainingBytes() > 0) {
      int stream = data.consumeInt(0, STREAMS - 1);
      byte[] piece = new byte[data.consumeInt(0, 2000)];
      byte[] start = data.consumeBytes(40);
      System.arraycopy(start, 0, piece, 0, Math.min(start.length, piece.length));
      all.get(stream).update(Unpooled.directBuffer().writeBytes(piece));
      bodies.get(stream).writeBytes(piece);
      if (data.consumeBoolean()) {
        run(tasks);
      }
    }
    for (int i = 0; i < STREAMS; i++) {
      var digest = all.get(i).finish();
      run(tasks);
      assertThat(digest.join())
          .isEqualTo(MessageDigest.getInstance("MD5").digest(bodies.get(i).toByteArray()));
    }
  }

  private static void run(Queue<Runnable> tasks) {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }
}
