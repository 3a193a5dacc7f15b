package io.virga.control.database;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.virga.control.fault.ApiFault;
import java.time.Duration;
import java.util.function.Function;
import org.springframework.dao.ConcurrencyFailureException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * The database. Never blocks. A statement run on it directly is a transaction by itself; a violated
 * unique key is a {@link org.springframework.dao.DuplicateKeyException}; a database that cannot be
 * reached, or a pool that stays empty, is an {@link ApiFault} of the kind unavailable.
 */
public final class Database implements Session {

  private static final int MAX_ATTEMPTS = 4;

  private final ConnectionPool pool;

  public Database(ConnectionPool pool) {
    this.pool = pool;
  }

  @Override
  public Statement sql(String text) {
    return new Statement(text, this::use);
  }

  private <T> Flux<T> use(Function<Connection, Flux<T>> function) {
    return Flux.usingWhen(connection(), function, Connection::close)
        .onErrorMap(Failures::outageOrSame);
  }

  private Mono<Connection> connection() {
    return pool.create().onErrorMap(Failures::noConnection);
  }

  /**
   * Runs the work in one transaction: committed when its Mono completes, rolled back when it fails
   * or is cancelled. Work that lost to a deadlock is run again from the start, so it must have no
   * effect outside the database; see {@link Transaction#afterCommit}.
   */
  public <T> Mono<T> inTransaction(Function<Transaction, Mono<T>> work) {
    return Mono.usingWhen(
            connection(), connection -> new Transaction(connection).run(work), Connection::close)
        .retryWhen(
            Retry.backoff(MAX_ATTEMPTS - 1L, Duration.ofMillis(5))
                .filter(ConcurrencyFailureException.class::isInstance)
                .onRetryExhaustedThrow((spec, signal) -> signal.failure()))
        .onErrorMap(Failures::outageOrSame);
  }

  /** Completes when the database answers. */
  public Mono<Void> ping() {
    return sql("SELECT 1 AS one").one(row -> row.integer("one")).then();
  }

  /** Connections in use now, for metrics. */
  public int connectionsInUse() {
    return pool.getMetrics().map(metrics -> metrics.acquiredSize()).orElse(0);
  }

  public Mono<Void> close() {
    return pool.disposeLater();
  }
}
