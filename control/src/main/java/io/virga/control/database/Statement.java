package io.virga.control.database;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import io.virga.dataplane.json.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One statement with its parameters, which are added to it; for one thread at a time. */
public final class Statement {

  private final String sql;
  private final Connections connections;
  private final Map<String, Object> values = new HashMap<>();

  Statement(String sql, Connections connections) {
    this.sql = sql;
    this.connections = connections;
  }

  /** Where a statement is run. */
  @FunctionalInterface
  interface Connections {

    /** Gives a connection to the function, for as long as what it makes lasts. */
    <T> Flux<T> use(Function<Connection, Flux<T>> function);
  }

  /** No value, of a column's type. */
  private record Absent(Class<?> type) {}

  /** A value: text, number, boolean, UUID, Instant, or an array of them. */
  public Statement bind(String name, Object value) {
    values.put(name, value);
    return this;
  }

  /** A value, or NULL of the column's type. */
  public <T> Statement bind(String name, Optional<? extends T> value, Class<T> type) {
    return bind(name, value.<Object>map(present -> present).orElseGet(() -> new Absent(type)));
  }

  /** A value as JSON, for {@code CAST(:name AS jsonb)}. */
  public Statement bindJson(String name, Object value) {
    return bind(name, Json.text(value));
  }

  /** The only row, or nothing; more than one is an error. */
  public <T> Mono<T> one(Function<Row, T> mapper) {
    return all(mapper).singleOrEmpty();
  }

  public <T> Flux<T> all(Function<Row, T> mapper) {
    return results(result -> Flux.from(result.map(readable -> mapper.apply(new Row(readable)))));
  }

  /** How many rows were written. */
  public Mono<Long> execute() {
    return results(result -> Flux.from(result.getRowsUpdated())).reduce(0L, Long::sum);
  }

  private <T> Flux<T> results(Function<Result, Flux<T>> of) {
    // All is asked for at once: rows lead to other statements, which wait for the end of this one.
    return connections.use(
        connection ->
            Flux.from(bound(connection).execute())
                .flatMap(of)
                .onErrorMap(R2dbcException.class, e -> Failures.of(sql, e)));
  }

  private io.r2dbc.spi.Statement bound(Connection connection) {
    NamedSql named = NamedSql.of(sql);
    io.r2dbc.spi.Statement statement = connection.createStatement(named.text());
    List<String> names = named.names();
    for (int place = 0; place < names.size(); place++) {
      switch (values.get(names.get(place))) {
        case null ->
            throw new IllegalStateException("the parameter " + names.get(place) + " has no value");
        case Absent absent -> statement.bindNull(place, absent.type());
        case Object value -> statement.bind(place, value);
      }
    }
    return statement;
  }
}
