package io.virga.dataplane.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BlockingPoolTest {

  @Test
  void refusesATaskBeyondThoseThatMayWait() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch ran = new CountDownLatch(3);
    try (BlockingPool pool = new BlockingPool("pool", 1, 2)) {
      pool.execute(
          () -> {
            running.countDown();
            awaitUninterrupted(release);
          });
      assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
      pool.execute(ran::countDown);
      pool.execute(ran::countDown);
      assertThatThrownBy(() -> pool.execute(ran::countDown))
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessageContaining("2 tasks wait already");
      release.countDown();
      while (ran.getCount() > 1) {
        Thread.onSpinWait();
      }
      pool.execute(ran::countDown);
      assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void refusesTasksWhenClosed() {
    BlockingPool pool = new BlockingPool("pool", 1, 2);
    pool.close();
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> pool.execute(() -> {}))
          .isInstanceOf(RejectedExecutionException.class);
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
