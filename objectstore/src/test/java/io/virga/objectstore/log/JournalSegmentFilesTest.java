package io.virga.objectstore.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.objectstore.index.JournalPosition;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class JournalSegmentFilesTest {

  private static final long SEGMENT_BYTES = 1 << 20;

  @TempDir Path directory;

  private final CountDownLatch writing = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  private final AtomicBoolean first = new AtomicBoolean(true);

  /** Whatever is called on the first new file waits. */
  private Object held(SegmentFile file, Method method, Object[] arguments) throws Exception {
    writing.countDown();
    goOn.await();
    return method.invoke(file, arguments);
  }

  private SegmentFile slow(SegmentFile file) {
    return (SegmentFile)
        Proxy.newProxyInstance(
            SegmentFile.class.getClassLoader(),
            new Class<?>[] {SegmentFile.class},
            (proxy, method, arguments) -> held(file, method, arguments));
  }

  private Object open(Disk disk, Method method, Object[] arguments) throws Exception {
    Object result = method.invoke(disk, arguments);
    return result instanceof SegmentFile file
            && arguments[0].toString().endsWith(".new")
            && first.getAndSet(false)
        ? slow(file)
        : result;
  }

  private Disk slow(Disk disk) {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (proxy, method, arguments) -> open(disk, method, arguments));
  }

  private static void prepare(JournalFiles files) {
    try {
      files.prepare();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @Timeout(60)
  void noSegmentBeginsInAFileThatIsStillBeingFilledWithZeros() throws Exception {
    UUID device = UUID.randomUUID();
    try (JournalFiles files =
        new JournalFiles(TestDisk.open(), directory, device, SEGMENT_BYTES, 1)) {
      files.begin(new JournalPosition(0, 0));
    }
    Disk disk = slow(TestDisk.open());
    try (JournalFiles files = new JournalFiles(disk, directory, device, SEGMENT_BYTES, 1)) {
      CompletableFuture<Void> preparing = CompletableFuture.runAsync(() -> prepare(files));
      writing.await();
      CompletableFuture<DataSegment> begun = new CompletableFuture<>();
      Thread beginning =
          Thread.startVirtualThread(
              () -> {
                try {
                  files.begin(new JournalPosition(1, 0));
                  begun.complete(files.begin(new JournalPosition(2, 0)));
                } catch (IOException e) {
                  begun.completeExceptionally(e);
                }
              });
      // It waits for the file, or is done without having waited.
      while (beginning.getState() != Thread.State.WAITING && beginning.isAlive()) {
        Thread.onSpinWait();
      }
      goOn.countDown();
      preparing.join();
      DataSegment last = begun.join();
      assertThat(Files.readAllBytes(last.path())).startsWith(header(last));
      assertThat(files.all()).hasSize(3);
    }
  }

  private static byte[] header(DataSegment segment) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(4);
    segment.read(read, 0);
    assertThat(read.getInt(0)).isNotZero();
    return read.array();
  }
}
