package io.virga.control.database;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import reactor.netty.resources.LoopResources;

/**
 * How to reach the database.
 *
 * @param url {@code r2dbc:postgresql://user@host:port/database}; {@code ?sslMode=…} as the driver
 *     knows it
 * @param password not part of the URL, which is shown in messages
 */
public record DatabaseSettings(String url, String password, int maxConnections) {

  private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration MAX_IDLE = Duration.ofMinutes(10);
  private static final int MIGRATION_ATTEMPTS = 30;

  @Override
  public String toString() {
    return "DatabaseSettings[url=" + url + "]";
  }

  /**
   * A pool; it connects on first use.
   *
   * @param loops of those who ask, so that an answer seldom wakes another thread
   */
  public Database open(LoopResources loops) {
    return new Database(
        new ConnectionPool(
            ConnectionPoolConfiguration.builder(connectionFactory(loops))
                .initialSize(0)
                .maxSize(maxConnections)
                .maxAcquireTime(ACQUIRE_TIMEOUT)
                .maxIdleTime(MAX_IDLE)
                .build()));
  }

  /** Connections outside the pool. */
  public ConnectionFactory connectionFactory(LoopResources loops) {
    return ConnectionFactories.get(
        options()
            .mutate()
            .option(ConnectionFactoryOptions.PASSWORD, password)
            .option(ConnectionFactoryOptions.CONNECT_TIMEOUT, CONNECT_TIMEOUT)
            .option(PostgresqlConnectionFactoryProvider.APPLICATION_NAME, "virga-control")
            .option(PostgresqlConnectionFactoryProvider.LOCK_WAIT_TIMEOUT, LOCK_TIMEOUT)
            .option(PostgresqlConnectionFactoryProvider.FORCE_BINARY, true)
            .option(PostgresqlConnectionFactoryProvider.LOOP_RESOURCES, loops)
            .option(ConnectionFactoryOptions.STATEMENT_TIMEOUT, STATEMENT_TIMEOUT)
            .build());
  }

  /** Brings the schema up to date. Blocks; waits up to 30 s for the database to be there. */
  public void migrate() {
    ConnectionFactoryOptions options = options();
    Flyway.configure(DatabaseSettings.class.getClassLoader())
        .dataSource(jdbcUrl(options), text(options, ConnectionFactoryOptions.USER), password)
        .locations("classpath:db/migration")
        .connectRetries(MIGRATION_ATTEMPTS)
        .connectRetriesInterval(1)
        .initSql("SET lock_timeout = '30s'")
        .jdbcProperties(Map.of("ApplicationName", "virga-control-migration"))
        .load()
        .migrate();
  }

  private static String jdbcUrl(ConnectionFactoryOptions options) {
    Object port = options.getValue(ConnectionFactoryOptions.PORT);
    Object sslMode = options.getValue(PostgresqlConnectionFactoryProvider.SSL_MODE);
    return "jdbc:postgresql://%s:%s/%s%s"
        .formatted(
            text(options, ConnectionFactoryOptions.HOST),
            port == null ? 5432 : port,
            text(options, ConnectionFactoryOptions.DATABASE),
            sslMode == null ? "" : "?sslmode=" + sslMode);
  }

  private ConnectionFactoryOptions options() {
    return ConnectionFactoryOptions.parse(url);
  }

  private static String text(ConnectionFactoryOptions options, Option<?> option) {
    return Objects.toString(options.getRequiredValue(option));
  }
}
