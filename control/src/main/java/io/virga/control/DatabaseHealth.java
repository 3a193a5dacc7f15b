package io.virga.control;

import io.virga.control.database.Database;
import io.virga.dataplane.operations.Health;
import io.virga.dataplane.operations.HealthCheck;
import java.time.Duration;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Asks the database every other second whether it is there, so that health need not wait. */
final class DatabaseHealth implements HealthCheck, AutoCloseable {

  private static final Duration EVERY = Duration.ofSeconds(2);

  private volatile Health last = Health.up("answers");
  private final Disposable asking;

  private DatabaseHealth(Database database) {
    this.asking =
        Flux.interval(EVERY)
            .onBackpressureDrop()
            .concatMap(
                tick ->
                    database
                        .ping()
                        .timeout(EVERY)
                        .thenReturn(Health.up("answers"))
                        .onErrorResume(e -> Mono.just(Health.down("does not answer"))),
                1)
            .subscribe(health -> last = health);
  }

  static DatabaseHealth watch(Database database) {
    return new DatabaseHealth(database);
  }

  @Override
  public Health check() {
    return last;
  }

  @Override
  public void close() {
    asking.dispose();
  }
}
