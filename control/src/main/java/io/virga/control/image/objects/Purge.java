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
 * Removes images from the stores where they are to be no longer, once no volume has to fetch from
 * them any more. What fails is tried again.
 */
public final class Purge {

  private static final Logger log = LoggerFactory.getLogger(Purge.class);
  private static final Duration EVERY = Duration.ofSeconds(20);

  private final Database database;
  private final PurgeStore purges;
  private final Stores stores;

  public Purge(Database database, PurgeStore purges, Stores stores) {
    this.database = database;
    this.purges = purges;
    this.stores = stores;
  }

  /** Begins at once, and looks again now and then. */
  public Disposable start() {
    return Flux.interval(Duration.ZERO, EVERY)
        .onBackpressureDrop()
        .concatMap(tick -> run(), 1)
        .subscribe();
  }

  /** Removes all that can be removed now. */
  public Mono<Void> run() {
    return Flux.fromIterable(purges.stores()).concatMap(this::run).then();
  }

  private Mono<Void> run(String store) {
    return purges
        .ready(database, store)
        .collectList()
        .flatMapIterable(places -> places)
        .concatMap(this::empty)
        .then()
        .onErrorResume(
            e -> {
              log.warn("it is not known what is to go from the store {}", store, e);
              return Mono.empty();
            });
  }

  /** An image that stays keeps no other from going. */
  private Mono<Void> empty(PurgeStore.Place place) {
    return Mono.defer(() -> stores.backend(place.store()).deleteAll(place.imageId()))
        .then(Mono.defer(() -> purges.done(database, place)))
        .onErrorResume(
            e -> {
              log.warn("image {} is still in the store {}", place.imageId(), place.store(), e);
              return Mono.empty();
            });
  }
}
