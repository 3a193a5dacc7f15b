package io.virga.objectstore.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/**
 * Has an attempt made again a little later, by chance, so that writers who disturb each other do
 * not go on doing so.
 *
 * @param random a number below a bound
 */
record Pauses(ScheduledExecutorService timer, IntUnaryOperator random) {

  private static final int MAXIMUM_MILLIS = 20;

  /** Begins an attempt on an executor after a pause. */
  <T> CompletableFuture<T> then(Supplier<CompletableFuture<T>> attempt, Executor executor) {
    int millis = random.applyAsInt(MAXIMUM_MILLIS) + 1;
    Executor later =
        task -> timer.schedule(() -> executor.execute(task), millis, TimeUnit.MILLISECONDS);
    return CompletableFuture.supplyAsync(attempt, later).thenCompose(next -> next);
  }
}
