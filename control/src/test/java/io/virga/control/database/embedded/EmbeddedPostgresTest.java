package io.virga.control.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedPostgresTest {

  @Test
  void keepsDataOverAKillAndRunsWithDurableSettings(@TempDir Path folder) throws Exception {
    Path password = Files.writeString(folder.resolve("password"), "a secret of the test\n");
    int port = freePort();
    EmbeddedPostgres postgres =
        new EmbeddedPostgres(
            new EmbeddedPostgres.Layout(
                Path.of(System.getProperty("java.io.tmpdir"), "virga-postgres-18"),
                folder.resolve("data"),
                folder.resolve("run"),
                port,
                password));
    postgres.prepare();
    Process first = start(postgres, folder);
    try (Connection connection = connect(port)) {
      assertThat(setting(connection, "fsync")).isEqualTo("on");
      assertThat(setting(connection, "synchronous_commit")).isEqualTo("on");
      connection.createStatement().execute("CREATE TABLE kept (n int)");
      connection.createStatement().execute("INSERT INTO kept VALUES (7)");
    }
    first.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    postgres.prepare();
    Process second = start(postgres, folder);
    try (Connection connection = connect(port);
        var rows = connection.createStatement().executeQuery("SELECT n FROM kept")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(7);
    } finally {
      new ProcessBuilder("kill", "-INT", Long.toString(second.pid())).start().waitFor();
      assertThat(second.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static Process start(EmbeddedPostgres postgres, Path folder) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(postgres.command());
    builder.environment().putAll(postgres.environment());
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
    return builder.start();
  }

  private static Connection connect(int port) throws SQLException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (true) {
      try {
        return DriverManager.getConnection(
            "jdbc:postgresql://127.0.0.1:" + port + "/" + EmbeddedPostgres.DATABASE,
            EmbeddedPostgres.USER,
            "a secret of the test");
      } catch (SQLException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      }
    }
  }

  private static String setting(Connection connection, String name) throws SQLException {
    try (var rows = connection.createStatement().executeQuery("SHOW " + name)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
