package io.virga.control.database;

import io.virga.dataplane.json.Json;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One statement with its parameters. Immutable. */
public final class Statement {

  private final DatabaseClient.GenericExecuteSpec spec;
  private final UnaryOperator<Throwable> failure;

  Statement(DatabaseClient.GenericExecuteSpec spec, UnaryOperator<Throwable> failure) {
    this.spec = spec;
    this.failure = failure;
  }

  /** A value: text, number, boolean, UUID, Instant, or an array of them. */
  public Statement bind(String name, Object value) {
    return new Statement(spec.bind(name, value), failure);
  }

  /** A value, or NULL of the column's type. */
  public <T> Statement bind(String name, Optional<? extends T> value, Class<T> type) {
    return new Statement(
        value.isPresent() ? spec.bind(name, value.get()) : spec.bindNull(name, type), failure);
  }

  /** A value as JSON, for {@code CAST(:name AS jsonb)}. */
  public Statement bindJson(String name, Object value) {
    return new Statement(spec.bind(name, Json.text(value)), failure);
  }

  /** The only row, or nothing; more than one is an error. */
  public <T> Mono<T> one(Function<Row, T> mapper) {
    return spec.map(readable -> mapper.apply(new Row(readable))).one().onErrorMap(failure);
  }

  public <T> Flux<T> all(Function<Row, T> mapper) {
    return spec.map(readable -> mapper.apply(new Row(readable))).all().onErrorMap(failure);
  }

  /** How many rows were written. */
  public Mono<Long> execute() {
    return spec.fetch().rowsUpdated().onErrorMap(failure);
  }
}
