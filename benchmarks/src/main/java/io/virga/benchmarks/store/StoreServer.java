package io.virga.benchmarks.store;

import io.virga.benchmarks.load.LoadGenerator;
import io.virga.benchmarks.load.LoadPlan;
import io.virga.benchmarks.load.LoadResult;
import io.virga.benchmarks.load.Workload;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** A store that runs. */
public interface StoreServer extends AutoCloseable {

  /** Where it listens, on the loopback. */
  InetSocketAddress address();

  Dialect dialect();

  /** All processes that do its work. */
  List<ProcessHandle> processes();

  /** Makes a container; it is not there yet. */
  void makeContainer(LoadGenerator load, String container);

  /**
   * Makes {@code count} empty objects in a container that is there, in whatever way is the fastest
   * for the store.
   */
  void fill(LoadGenerator load, String container, long count);

  /** Asks all of a workload, each of which must succeed. */
  default LoadResult ask(LoadGenerator load, int connections, Workload workload) {
    LoadResult result =
        load.run(address(), connections, workload, LoadPlan.toTheEnd(Duration.ofHours(6)));
    if (result.errors() > 0) {
      throw new IllegalStateException(
          "%d requests to %s failed, the first with: %s"
              .formatted(result.errors(), address(), result.firstError()));
    }
    return result;
  }

  /** Ends its processes as a crash would. */
  void kill();

  /** Stops its processes; its files stay. */
  @Override
  void close();
}
