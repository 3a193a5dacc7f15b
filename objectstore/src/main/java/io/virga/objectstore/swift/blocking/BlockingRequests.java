package io.virga.objectstore.swift.blocking;

import io.virga.objectstore.swift.wire.SwiftError;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;

/** The few threads that requests may block. There is no queue: one too many gets a 503. */
public final class BlockingRequests {

  private static final int MAXIMUM = 16;
  private static final int IDLE_SECONDS = 60;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          MAXIMUM,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().name("object-blocking-", 0).daemon().factory());

  /** Runs something on a thread of its own. */
  public <T> Mono<T> run(Callable<T> task) {
    return Mono.create(
        sink -> {
          try {
            threads.execute(
                () -> {
                  try {
                    sink.success(task.call());
                  } catch (Exception e) {
                    sink.error(e);
                  }
                });
          } catch (RejectedExecutionException full) {
            sink.error(new SwiftError(503, "Too many uploads of this kind at once."));
          }
        });
  }
}
