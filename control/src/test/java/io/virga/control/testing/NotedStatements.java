package io.virga.control.testing;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.virga.control.database.Database;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A database that notes all that is asked of it, with where transactions begin and end. */
public final class NotedStatements implements AutoCloseable {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int CONNECTIONS = 8;

  private final List<String> noted = new ArrayList<>();
  private final Database database;

  NotedStatements(ConnectionFactory factory) {
    database =
        new Database(
            new ConnectionPool(
                ConnectionPoolConfiguration.builder(noting(factory)).maxSize(CONNECTIONS).build()));
  }

  public Database database() {
    return database;
  }

  /** What has been asked since the last call, in order: SQL, {@code BEGIN}, {@code COMMIT}. */
  public List<String> take() {
    synchronized (noted) {
      List<String> all = List.copyOf(noted);
      noted.clear();
      return all;
    }
  }

  private void note(String statement) {
    synchronized (noted) {
      noted.add(statement);
    }
  }

  private ConnectionFactory noting(ConnectionFactory factory) {
    return new ConnectionFactory() {
      @Override
      public Publisher<? extends Connection> create() {
        return Mono.from(factory.create()).map(NotedStatements.this::noting);
      }

      @Override
      public ConnectionFactoryMetadata getMetadata() {
        return factory.getMetadata();
      }
    };
  }

  private Connection noting(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "createStatement" -> note(String.valueOf(arguments[0]));
                case "beginTransaction" -> note("BEGIN");
                case "commitTransaction" -> note("COMMIT");
                case "rollbackTransaction" -> note("ROLLBACK");
                default -> {
                  // The rest asks nothing of the database that counts.
                }
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  public void close() {
    database.close().block(SOON);
  }
}
