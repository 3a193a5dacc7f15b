package io.virga.benchmarks.identity;

import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.cloud.Shell;
import io.virga.benchmarks.host.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keystone from Debian's packages: one uwsgi process behind uwsgi's own HTTP router, Fernet tokens,
 * SQLite, and a cache in the process's own memory, which spares it the ways to a database and to
 * memcached. The user {@code admin} is an administrator of the project {@code admin}.
 *
 * @param address where it answers
 * @param password of the user {@code admin}
 */
public record Keystone(InetSocketAddress address, String password, ServerProcess process)
    implements AutoCloseable {

  private static final Path MANAGE = Path.of("/usr/bin/keystone-manage");
  private static final Path APPLICATION = Path.of("/usr/bin/keystone-wsgi-public");
  private static final Path UWSGI = Path.of("/usr/bin/uwsgi");
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(200);

  private static final String CONFIGURATION =
      """
      [DEFAULT]
      log_file = %1$s/keystone.log
      [database]
      connection = sqlite:///%1$s/keystone.db
      [token]
      provider = fernet
      [cache]
      enabled = true
      backend = dogpile.cache.memory
      [fernet_tokens]
      key_repository = %1$s/fernet
      [fernet_receipts]
      key_repository = %1$s/fernet
      [credential]
      key_repository = %1$s/credential
      """;

  /** What has to be installed for it, if anything has. */
  public static Optional<String> missing() {
    boolean there =
        List.of(MANAGE, APPLICATION, UWSGI, Path.of("/usr/lib/uwsgi/plugins/python3_plugin.so"))
            .stream()
            .allMatch(Files::exists);
    return there
        ? Optional.empty()
        : Optional.of("apt-get install python3-keystone uwsgi-core uwsgi-plugin-python3");
  }

  /** Makes one in the directory and starts it on the servers' core. */
  public static Keystone start(Path directory) {
    int port = ServerProcess.freePort();
    String password = "benchmark";
    write(directory, port, password);
    ServerProcess process =
        ServerProcess.start(
            directory,
            "keystone.out",
            Map.of("OS_KEYSTONE_CONFIG_DIR", directory.toString()),
            List.of(
                UWSGI.toString(),
                "--plugins",
                "http,python3",
                "--http",
                "127.0.0.1:" + port,
                "--http-keepalive=60",
                "--http-auto-chunked",
                "--add-header",
                "Connection: Keep-Alive",
                "--master",
                "--wsgi-file",
                APPLICATION.toString(),
                "--processes",
                "1",
                "--buffer-size",
                "65535",
                "--disable-logging",
                "--lazy-apps",
                "--need-app"));
    Patience.await(
        "Keystone to answer",
        START_LIMIT,
        LOOK_INTERVAL,
        () -> {
          process.checkAlive();
          return listens(port) ? Optional.of(true) : Optional.empty();
        });
    return new Keystone(new InetSocketAddress("127.0.0.1", port), password, process);
  }

  private static void write(Path directory, int port, String password) {
    Path configuration = directory.resolve("keystone.conf");
    try {
      Files.createDirectories(directory.resolve("fernet"));
      Files.createDirectories(directory.resolve("credential"));
      Files.writeString(configuration, CONFIGURATION.formatted(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Shell shell = new Shell(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), directory);
    String manage = MANAGE.toString();
    String file = "--config-file=" + configuration;
    String user = "--keystone-user=" + System.getProperty("user.name");
    String group = "--keystone-group=" + System.getProperty("user.name");
    shell.run(manage, file, "db_sync");
    shell.run(manage, file, "fernet_setup", user, group);
    shell.run(manage, file, "credential_setup", user, group);
    shell.run(
        manage,
        file,
        "bootstrap",
        "--bootstrap-password=" + password,
        "--bootstrap-region-id=RegionOne",
        "--bootstrap-public-url=http://127.0.0.1:" + port + "/v3");
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      // Not yet: the caller asks again until its patience is at an end.
      return false;
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
