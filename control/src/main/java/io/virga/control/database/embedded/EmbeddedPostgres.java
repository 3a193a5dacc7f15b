package io.virga.control.database.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How to run the PostgreSQL that comes with Virga as a process of its own. {@link #prepare} once
 * before every start (it does nothing when all is there), then start {@link #command}. Any thread
 * that may block.
 *
 * <p>Stop it with <b>SIGINT</b> ("fast shutdown"): SIGTERM waits until the last client has gone.
 * SIGKILL is safe; the next start recovers from the write-ahead log.
 *
 * <p>PostgreSQL refuses to run as root. As root it is started by {@code unshare --user}, which
 * makes it an unmapped user that still owns root's files; the process id stays the same.
 */
public final class EmbeddedPostgres {

  /** The superuser that {@code initdb} makes. */
  public static final String USER = "virga";

  /** The database that {@link #prepare} makes. */
  public static final String DATABASE = "virga";

  private static final Duration INITIALISE_TIMEOUT = Duration.ofMinutes(2);
  private static final int LONGEST_SOCKET_PATH = 107;

  private final Layout layout;

  public EmbeddedPostgres(Layout layout) {
    this.layout = layout;
  }

  /**
   * Where everything is.
   *
   * @param binaries a folder that is unpacked on first use; may be shared
   * @param data the data directory
   * @param socketDirectory where {@code .s.PGSQL.<port>} is made; left out when its path would be
   *     too long for a unix socket
   * @param port on 127.0.0.1
   * @param passwordFile the password of {@link #USER}, one line; mode 0600
   */
  public record Layout(
      Path binaries, Path data, Path socketDirectory, int port, Path passwordFile) {

    public Layout {
      binaries = binaries.toAbsolutePath();
      data = data.toAbsolutePath();
      socketDirectory = socketDirectory.toAbsolutePath();
      passwordFile = passwordFile.toAbsolutePath();
    }
  }

  /**
   * Unpacks the binaries and makes the data directory with its database, each only if it is not
   * there.
   *
   * @throws UncheckedIOException if it fails; the message carries what PostgreSQL said
   */
  public void prepare() {
    PostgresBinaries.installInto(layout.binaries());
    if (initialised()) {
      return;
    }
    Path unfinished = layout.data().resolveSibling(layout.data().getFileName() + ".unfinished");
    try {
      PostgresBinaries.delete(unfinished);
      Files.createDirectories(layout.socketDirectory());
      Files.createDirectories(unfinished);
      run(initialiseCommand(unfinished), "");
      run(singleUserCommand(unfinished), "CREATE DATABASE " + DATABASE + ";\n");
      Files.move(unfinished, layout.data(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot initialise PostgreSQL in " + layout.data() + ": " + e.getMessage(), e);
    }
  }

  /** The server in the foreground; it logs to standard error. */
  public List<String> command() {
    List<String> command = new ArrayList<>(program("postgres"));
    command.addAll(List.of("-D", layout.data().toString()));
    Map.of(
            "listen_addresses", "127.0.0.1",
            "port", Integer.toString(layout.port()),
            "unix_socket_directories", socketDirectory(),
            "unix_socket_permissions", "0700",
            "password_encryption", "scram-sha-256")
        .forEach((name, value) -> setting(command, name, value));
    Map.of(
            "fsync", "on",
            "synchronous_commit", "on",
            "full_page_writes", "on",
            "max_connections", "64",
            "shared_buffers", "64MB",
            "idle_in_transaction_session_timeout", "60s",
            "log_line_prefix", "%m [%p] ",
            "logging_collector", "off")
        .forEach((name, value) -> setting(command, name, value));
    return List.copyOf(command);
  }

  /** Variables that the server needs, beside an otherwise empty environment. */
  public Map<String, String> environment() {
    return Map.of("LC_ALL", "C", "TZ", "UTC");
  }

  /** What control is configured with as {@code virga.control.database-url}. */
  public String databaseUrl() {
    return "r2dbc:postgresql://" + USER + "@127.0.0.1:" + layout.port() + "/" + DATABASE;
  }

  private boolean initialised() {
    return Files.exists(layout.data().resolve("PG_VERSION"));
  }

  private List<String> initialiseCommand(Path data) {
    List<String> command = new ArrayList<>(program("initdb"));
    command.addAll(List.of("-D", data.toString(), "-U", USER));
    command.add("--pwfile=" + layout.passwordFile());
    command.addAll(List.of("--auth=scram-sha-256", "--no-locale", "--encoding=UTF8"));
    command.addAll(List.of("--no-instructions", "--data-checksums"));
    return command;
  }

  private List<String> singleUserCommand(Path data) {
    List<String> command = new ArrayList<>(program("postgres"));
    command.addAll(List.of("--single", "-D", data.toString(), "postgres"));
    return command;
  }

  private List<String> program(String name) {
    String path = layout.binaries().resolve("bin").resolve(name).toString();
    return isRoot() ? List.of("unshare", "--user", path) : List.of(path);
  }

  private String socketDirectory() {
    Path socket = layout.socketDirectory().resolve(".s.PGSQL." + layout.port() + ".lock");
    int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    return length <= LONGEST_SOCKET_PATH ? layout.socketDirectory().toString() : "";
  }

  private static void setting(List<String> command, String name, String value) {
    command.add("-c");
    command.add(name + "=" + value);
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell which user this is", e);
    }
  }

  private void run(List<String> command, String input) throws IOException {
    Path output = Files.createTempFile("virga-postgres-", ".log");
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment());
      builder.redirectErrorStream(true).redirectOutput(output.toFile());
      Process process = builder.start();
      try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
        stdin.write(input);
      }
      if (!process.waitFor(INITIALISE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(command + " took longer than " + INITIALISE_TIMEOUT);
      }
      if (process.exitValue() != 0) {
        throw new IOException(command + " failed: " + Files.readString(output).strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while running " + command, e);
    } finally {
      Files.delete(output);
    }
  }
}
