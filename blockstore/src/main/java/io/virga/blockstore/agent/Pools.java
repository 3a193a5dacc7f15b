package io.virga.blockstore.agent;

import io.virga.blockstore.engine.Pool;
import io.virga.blockstore.engine.VolumeInfo;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** The pools of a host that are open, asked from threads that may wait. */
final class Pools {

  static final int PATIENCE_SECONDS = 60;

  private final List<Pool> pools;
  private final List<String> missing;

  /**
   * Pools that serve.
   *
   * @param missing what is to be said of each that should be among them and is not
   */
  Pools(List<Pool> pools, List<String> missing) {
    this.pools = List.copyOf(pools);
    this.missing = List.copyOf(missing);
  }

  List<Pool> open() {
    return pools;
  }

  /**
   * What is to be said of the pools that are not open. While there is any, nobody knows whether
   * what no open pool holds was ever made.
   */
  List<String> missing() {
    return missing;
  }

  /** The pool that holds it, if any does. */
  Optional<Pool> find(VolumeKind kind, String name) throws InterruptedException {
    return first(pool -> pool.device(kind, name).isPresent());
  }

  /** The pool that holds it or is about to, if any is. */
  Optional<Pool> concerned(VolumeKind kind, String name) throws InterruptedException {
    return first(pool -> pool.concerns(kind, name));
  }

  private Optional<Pool> first(Predicate<Pool> onItsLoop) throws InterruptedException {
    for (Pool pool : pools) {
      CompletableFuture<Boolean> found = new CompletableFuture<>();
      pool.loop().execute(() -> found.complete(onItsLoop.test(pool)));
      if (join(found)) {
        return Optional.of(pool);
      }
    }
    return Optional.empty();
  }

  /** The pool with the most room, if any is open. */
  Optional<Pool> roomiest() throws InterruptedException {
    List<Usage> usages = usages();
    return usages.stream()
        .max(
            Comparator.comparingLong(
                usage -> usage.usage.capacityBytes() - usage.usage.usedBytes()))
        .map(Usage::pool);
  }

  /** Everything in all pools. */
  List<VolumeInfo> list() throws InterruptedException {
    List<VolumeInfo> all = new ArrayList<>();
    for (Pool pool : pools) {
      all.addAll(join(pool.list()));
    }
    return all;
  }

  /** How full each pool is. */
  List<Usage> usages() throws InterruptedException {
    List<Usage> usages = new ArrayList<>();
    for (Pool pool : pools) {
      CompletableFuture<Pool.Usage> usage = new CompletableFuture<>();
      pool.loop().execute(() -> usage.complete(pool.usage()));
      usages.add(new Usage(pool, join(usage)));
    }
    return usages;
  }

  /** Waits for a pool's answer. */
  static <T> T join(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the pool does not answer", e);
    }
  }

  /** A pool and how full it is. */
  record Usage(Pool pool, Pool.Usage usage) {}
}
