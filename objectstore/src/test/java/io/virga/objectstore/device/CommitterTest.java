package io.virga.objectstore.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.ring.PathHasher;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.log.TestDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class CommitterTest {

  @TempDir Path home;

  /** A queue into which a change comes only when the commit thread has ended. */
  private static final class LateQueue extends ArrayBlockingQueue<Committer.Waiting<?>> {
    private static final long serialVersionUID = 1L;
    private transient Runnable beforeOffer = () -> {};

    LateQueue() {
      super(4);
    }

    @Override
    public boolean offer(Committer.Waiting<?> waiting) {
      beforeOffer.run();
      return super.offer(waiting);
    }
  }

  private static final class Unheard implements CommitListener {
    @Override
    public void committed(int changes, long nanos) {}

    @Override
    public void rolled() {}

    @Override
    public void stopped(String reason, Exception cause) {}
  }

  private static void close(Committer committer) {
    try {
      committer.close();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aChangeThatComesJustBehindTheEndIsRefused() throws Exception {
    LateQueue queue = new LateQueue();
    try (DeviceFiles files =
        DeviceFiles.open(TestDisk.open(), home, new PathHasher(new byte[16]), TestDevice.OPTIONS)) {
      Committer committer = new Committer(files, queue, new Unheard());
      committer.start();
      queue.beforeOffer = () -> close(committer);

      CompletableFuture<Boolean> late =
          committer.submit(view -> new Change.Decision<>(List.of(), true), Runnable::run);

      assertThat(late)
          .failsWithin(Duration.ofSeconds(5))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(StoreFailure.DeviceStopped.class);
      assertThat(queue).isEmpty();
    }
  }
}
