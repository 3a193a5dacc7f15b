package io.virga.control.database;

import io.virga.control.database.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import reactor.netty.tcp.TcpResources;

/**
 * A real PostgreSQL for tests: one server a JVM, started on first use and killed with the JVM, and
 * an empty, migrated database for each {@link #open}, dropped when it is closed. It does not sync,
 * and lives in memory where there is room: a database is hundreds of small files, which take ten
 * times as long to make on a disk that others use too.
 */
public final class TestDatabase implements AutoCloseable {

  private static final String PASSWORD = "only for tests";
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private final String name;
  private final DatabaseSettings settings;
  private final Database database;

  private TestDatabase(String name) {
    this.name = name;
    this.settings = settings(name);
    this.database = settings.open(TcpResources.get());
  }

  public static TestDatabase open() {
    String name = "test_" + DATABASES.incrementAndGet();
    Server.execute("CREATE DATABASE " + name + " TEMPLATE virga");
    return new TestDatabase(name);
  }

  public Database database() {
    return database;
  }

  public DatabaseSettings settings() {
    return settings;
  }

  @Override
  public void close() {
    database.close().block(Duration.ofSeconds(5));
    Server.execute("DROP DATABASE " + name + " WITH (FORCE)");
  }

  private static DatabaseSettings settings(String name) {
    return new DatabaseSettings(
        "r2dbc:postgresql://" + EmbeddedPostgres.USER + "@127.0.0.1:" + Server.PORT + "/" + name,
        PASSWORD,
        8);
  }

  /** Initialised once, by the class loader. */
  private static final class Server {

    static final int PORT = freePort();

    /** What a run has at once: the template, a few databases, and the write-ahead log. */
    private static final long ROOM_BYTES = 1L << 30;

    private static final Connection CONNECTION;

    static {
      try {
        start();
        CONNECTION = connect();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      // A third of the tests' time was the 4096 rounds of each login.
      execute("SET scram_iterations = 1");
      execute("ALTER ROLE " + EmbeddedPostgres.USER + " PASSWORD '" + PASSWORD + "'");
      settings(EmbeddedPostgres.DATABASE).migrate();
    }

    private static void start() throws IOException {
      Path folder = Files.createTempDirectory(home(), "virga-control-test-");
      Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
      EmbeddedPostgres postgres =
          new EmbeddedPostgres(
              new EmbeddedPostgres.Layout(
                  Path.of(System.getProperty("java.io.tmpdir"), "virga-postgres-18"),
                  folder.resolve("data"),
                  folder,
                  PORT,
                  password));
      postgres.prepare();
      List<String> command = new ArrayList<>(postgres.command());
      command.addAll(List.of("-c", "fsync=off", "-c", "synchronous_commit=off"));
      command.addAll(List.of("-c", "full_page_writes=off", "-c", "max_wal_size=64MB"));
      // Segments in /dev/shm itself would outlive a server that is killed.
      command.addAll(List.of("-c", "dynamic_shared_memory_type=mmap"));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(postgres.environment());
      Process process =
          builder
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("postgres.log").toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, folder)));
    }

    private static Path home() throws IOException {
      Path memory = Path.of("/dev/shm");
      boolean fits =
          Files.isWritable(memory) && Files.getFileStore(memory).getUsableSpace() > ROOM_BYTES;
      return fits ? memory : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static void stop(Process process, Path folder) {
      process.destroyForcibly();
      try (var files = Files.walk(folder)) {
        process.waitFor();
        files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Waits until the server lets clients in. */
    private static Connection connect() {
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (true) {
        try {
          return DriverManager.getConnection(
              "jdbc:postgresql://127.0.0.1:" + PORT + "/postgres", EmbeddedPostgres.USER, PASSWORD);
        } catch (SQLException e) {
          if (System.nanoTime() > deadline) {
            throw new IllegalStateException(e);
          }
          LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
      }
    }

    static synchronized void execute(String sql) {
      try (var statement = CONNECTION.createStatement()) {
        statement.execute(sql);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    private static int freePort() {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
