package io.virga.control.database;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A transaction that is open. What changes things asks for one, so that a claim, its quota and its
 * desired state are written together or not at all. Good only inside the function that it was given
 * to; statements of one transaction run one after another.
 */
public final class Transaction implements Session {

  private final DatabaseClient client;
  private final Map<Class<?>, LastStep> lastSteps = new LinkedHashMap<>();
  private final List<Runnable> afterCommit = new ArrayList<>();

  Transaction(DatabaseClient client) {
    this.client = client;
  }

  @Override
  public Statement sql(String text) {
    return new Statement(client.sql(text), error -> error);
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

  /** Runs the last steps behind the work, whose result stays. */
  <T> Mono<T> finish(Mono<T> work) {
    return work.materialize()
        .flatMap(
            signal ->
                signal.isOnError() || lastSteps.isEmpty()
                    ? Mono.just(signal)
                    : Flux.fromIterable(List.copyOf(lastSteps.values()))
                        .concatMap(LastStep::run)
                        .then(Mono.just(signal)))
        .dematerialize();
  }

  /** Runs the action, which must not block, once the transaction has been committed. */
  public void afterCommit(Runnable action) {
    afterCommit.add(action);
  }

  void committed() {
    afterCommit.forEach(Runnable::run);
  }
}
