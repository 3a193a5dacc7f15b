package io.virga.blockstore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class SerialTasksTest {

  private final Deque<Runnable> threads = new ArrayDeque<>();
  private final List<Integer> done = new ArrayList<>();
  private boolean refusing;
  private final SerialTasks tasks = new SerialTasks(this::run);

  private void run(Runnable task) {
    if (refusing) {
      throw new RejectedExecutionException("no room");
    }
    threads.add(task);
  }

  private void runOne() {
    threads.removeFirst().run();
  }

  @Test
  void losesNothingThatTheThreadsHaveNoRoomFor() {
    refusing = true;
    tasks.execute(() -> done.add(1));
    tasks.tryAgain();
    tasks.execute(() -> done.add(2));
    assertThat(threads).isEmpty();
    refusing = false;

    tasks.tryAgain();
    runOne();

    assertThat(done).containsExactly(1, 2);
  }

  @Test
  void runsOneBehindTheOther() {
    tasks.execute(
        () -> {
          tasks.execute(() -> done.add(2));
          done.add(1);
        });
    assertThat(threads).hasSize(1);

    runOne();

    assertThat(threads).isEmpty();
    assertThat(done).containsExactly(1, 2);
  }

  @Test
  void goesOnBehindOneThatFails() {
    tasks.execute(
        () -> {
          throw new IllegalStateException("a task that fails");
        });
    tasks.execute(() -> done.add(1));
    runOne();
    tasks.execute(() -> done.add(2));
    runOne();

    assertThat(done).containsExactly(1, 2);
  }
}
