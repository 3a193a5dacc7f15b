package io.virga.control.image.objects;

import io.virga.control.database.Database;
import io.virga.control.image.store.PurgeStore;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Removes the objects of images that are gone, once no volume has to fetch from them any more. What
 * fails is tried again.
 */
public final class Purge {

  private static final Logger log = LoggerFactory.getLogger(Purge.class);
  private static final Duration EVERY = Duration.ofSeconds(20);

  private final Database database;
  private final PurgeStore purges;
  private final ImageObjects objects;

  public Purge(Database database, PurgeStore purges, ImageObjects objects) {
    this.database = database;
    this.purges = purges;
    this.objects = objects;
  }

  /** Begins at once, and looks again now and then. */
  public Disposable start() {
    return Flux.interval(Duration.ZERO, EVERY)
        .onBackpressureDrop()
        .concatMap(tick -> run().onErrorComplete(), 1)
        .subscribe();
  }

  /** Removes all that can be removed now. */
  public Mono<Void> run() {
    return purges
        .ready(database)
        .collectList()
        .flatMapIterable(ids -> ids)
        .concatMap(
            id ->
                objects
                    .deleteAll(id)
                    .then(purges.done(database, id))
                    .doOnError(e -> log.warn("the objects of image {} are still there", id, e)))
        .then();
  }
}
