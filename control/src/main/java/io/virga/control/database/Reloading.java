package io.virga.control.database;

import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A copy in memory of what the database has, for what is asked with every request: read again with
 * each change of this process, and every {@link #EVERY} for those of others. Of reads that go on at
 * once the one that began last decides. Thread-safe.
 */
public final class Reloading<T> {

  private static final Logger log = LoggerFactory.getLogger(Reloading.class);
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final String what;
  private final Mono<T> read;
  private final Consumer<T> copy;
  private long begun;
  private long newest;

  /**
   * @param what is read, in the plural, for the log
   * @param copy takes what was read; called by one thread at a time
   */
  public Reloading(String what, Mono<T> read, Consumer<T> copy) {
    this.what = what;
    this.read = read;
    this.copy = copy;
  }

  /** Reads; what was committed before holds when this completes. */
  public Mono<Void> now() {
    return Mono.defer(
        () -> {
          long mine = begin();
          return read.doOnNext(value -> take(mine, value)).then();
        });
  }

  private synchronized long begin() {
    return ++begun;
  }

  private synchronized void take(long number, T value) {
    if (number > newest) {
      newest = number;
      copy.accept(value);
    }
  }

  /** Reads for as long as it is not disposed of. */
  public Disposable follow() {
    return Flux.interval(EVERY)
        .onBackpressureDrop()
        .concatMap(
            tick ->
                now()
                    .onErrorResume(
                        e -> {
                          log.warn("cannot read the {}, the known ones stay", what, e);
                          return Mono.empty();
                        }),
            1)
        .subscribe();
  }
}
