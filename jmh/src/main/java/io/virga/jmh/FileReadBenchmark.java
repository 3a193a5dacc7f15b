package io.virga.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.virga.dataplane.file.AsyncFile;
import io.virga.dataplane.file.AsyncFiles;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Reads of 4 KiB from the page cache, 32 at a time: on the ring, and on the pool. */
@Fork(value = 1, jvmArgs = "--enable-native-access=ALL-UNNAMED")
public class FileReadBenchmark extends HotFunction {

  private static final int DEPTH = 32;
  private static final int READS = 32_768;
  private static final int BLOCK = 4096;
  private static final int BLOCKS = 4096;

  @Param({"IO_URING", "EPOLL"})
  public TransportChoice transportChoice;

  private Transport transport;
  private AsyncFiles files;
  private AsyncFile file;
  private EventLoop loop;
  private int left;
  private int running;

  @Setup
  public void open() throws IOException {
    Path path = Files.createTempFile("blocks", "");
    Files.write(path, new byte[BLOCKS * BLOCK]);
    transport = Transport.open(transportChoice, 1, "jmh");
    files = AsyncFiles.of(transport, 2);
    loop = transport.loops().next();
    file = files.open(path, Set.of(), loop);
    Files.delete(path);
  }

  @TearDown
  public void close() {
    file.close();
    files.close();
    transport.close();
  }

  @Benchmark
  @OperationsPerInvocation(READS)
  public void read() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    loop.execute(
        () -> {
          left = READS;
          running = DEPTH;
          for (int i = 0; i < DEPTH; i++) {
            next(Unpooled.directBuffer(BLOCK), done);
          }
        });
    done.await();
  }

  private void next(ByteBuf block, CountDownLatch done) {
    if (left-- <= 0) {
      block.release();
      if (--running == 0) {
        done.countDown();
      }
      return;
    }
    long offset = (long) (left * 7919 & (BLOCKS - 1)) * BLOCK;
    file.read(offset, block.clear(), BLOCK).addListener(read -> next(block, done));
  }
}
