package io.virga.dataplane.file;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A few threads that may block, with a bounded queue before them. */
final class BlockingPool {

  private BlockingPool() {}

  static ThreadPoolExecutor of(String name, int threads, int maxWaiting) {
    AtomicInteger count = new AtomicInteger();
    ThreadFactory factory =
        task -> {
          Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads, threads, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(maxWaiting), factory);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
