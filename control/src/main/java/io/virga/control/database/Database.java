package io.virga.control.database;

import io.r2dbc.pool.ConnectionPool;
import io.virga.control.fault.ApiFault;
import java.time.Duration;
import java.util.function.Function;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
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
  private final DatabaseClient client;
  private final TransactionalOperator operator;

  public Database(ConnectionPool pool) {
    this.pool = pool;
    this.client = DatabaseClient.create(pool);
    this.operator = TransactionalOperator.create(new R2dbcTransactionManager(pool));
  }

  @Override
  public Statement sql(String text) {
    return new Statement(client.sql(text), Outage::orSame);
  }

  /**
   * Runs the work in one transaction: committed when its Mono completes, rolled back when it fails
   * or is cancelled. Work that lost to a deadlock is run again from the start, so it must have no
   * effect outside the database; see {@link Transaction#afterCommit}.
   */
  public <T> Mono<T> inTransaction(Function<Transaction, Mono<T>> work) {
    return Mono.defer(
            () -> {
              Transaction transaction = new Transaction(client);
              return operator
                  .transactional(Mono.defer(() -> transaction.finish(work.apply(transaction))))
                  .doOnSuccess(result -> transaction.committed());
            })
        .retryWhen(
            Retry.backoff(MAX_ATTEMPTS - 1L, Duration.ofMillis(5))
                .filter(ConcurrencyFailureException.class::isInstance)
                .onRetryExhaustedThrow((spec, signal) -> signal.failure()))
        .onErrorMap(Outage::orSame);
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
