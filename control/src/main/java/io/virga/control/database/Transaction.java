package io.virga.control.database;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A transaction that is open. What changes things asks for one, so that a claim, its quota and its
 * desired state are written together or not at all. Good only inside the function that it was given
 * to; statements of one transaction run one after another.
 */
public final class Transaction implements Session {

  private static final Logger log = LoggerFactory.getLogger(Transaction.class);

  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))::text AS locked";

  private final Connection connection;
  private final Map<Class<?>, LastStep> lastSteps = new LinkedHashMap<>();
  private final List<Runnable> afterCommit = new ArrayList<>();
  private final Set<String> locks = new HashSet<>();

  Transaction(Connection connection) {
    this.connection = connection;
  }

  @Override
  public Statement sql(String text) {
    return new Statement(text, this::use);
  }

  private <T> Flux<T> use(Function<Connection, Flux<T>> function) {
    return Flux.defer(() -> function.apply(connection));
  }

  /**
   * Waits for every other transaction that has taken the lock of the name, and holds it until the
   * end. It is taken once, however often it is asked for.
   */
  public Mono<Void> lock(String name) {
    return Mono.defer(
        () ->
            locks.contains(name)
                ? Mono.empty()
                : sql(LOCK)
                    .bind("name", name)
                    .one(row -> row.text("locked"))
                    .doOnNext(locked -> locks.add(name))
                    .then());
  }

  /**
   * What is derived from all that a transaction has changed: its steps say to it what they change,
   * and it runs once, when they are done.
   */
  public interface LastStep {

    Mono<Void> run();
  }

  /** The transaction's last step of the type; made when it is first asked for. */
  public <T extends LastStep> T lastStep(Class<T> type, Supplier<T> absent) {
    return type.cast(lastSteps.computeIfAbsent(type, key -> absent.get()));
  }

  /** Opens it, runs the work and the last steps behind it, and commits; gives the work's result. */
  <T> Mono<T> run(Function<Transaction, Mono<T>> work) {
    return Mono.usingWhen(
            Mono.from(connection.beginTransaction()).thenReturn(this),
            open -> open.commitBehind(work.apply(open)),
            open -> Mono.empty(),
            (open, error) -> open.rollBack(),
            Transaction::rollBack)
        .onErrorMap(R2dbcException.class, e -> Failures.of("transaction", e))
        .doOnSuccess(result -> afterCommit.forEach(Runnable::run));
  }

  private <T> Mono<T> commitBehind(Mono<T> work) {
    return work.materialize()
        .flatMap(signal -> signal.isOnError() ? Mono.just(signal) : commit().thenReturn(signal))
        .dematerialize();
  }

  private Mono<Void> commit() {
    return Flux.fromIterable(List.copyOf(lastSteps.values()))
        .concatMap(LastStep::run)
        .then(Mono.defer(() -> Mono.from(connection.commitTransaction())));
  }

  /** What cannot be rolled back is closed, and so rolled back as well. */
  private Mono<Void> rollBack() {
    return Mono.from(connection.rollbackTransaction())
        .onErrorResume(
            e -> {
              log.warn("cannot roll back", e);
              return Mono.empty();
            });
  }

  /** Runs the action, which must not block, once the transaction has been committed. */
  public void afterCommit(Runnable action) {
    afterCommit.add(action);
  }
}
