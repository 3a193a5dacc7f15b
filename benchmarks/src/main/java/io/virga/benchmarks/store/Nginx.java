package io.virga.benchmarks.store;

import io.virga.benchmarks.host.ServerProcess;
import io.virga.benchmarks.load.LoadGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Static files behind nginx: what one core can at best do with HTTP and the page cache. */
public final class Nginx implements StoreKind {

  private static final Path PROGRAM = Path.of("/usr/sbin/nginx");

  private static final String CONFIGURATION =
      """
      daemon off;
      worker_processes 1;
      user %3$s;
      pid %1$s/nginx.pid;
      error_log stderr;
      events { worker_connections 4096; }
      http {
        access_log off;
        sendfile on;
        tcp_nopush on;
        keepalive_requests 1000000000;
        open_file_cache max=8000;
        client_max_body_size 0;
        client_body_buffer_size 128k;
        client_body_temp_path %1$s/body;
        proxy_temp_path %1$s/unused;
        fastcgi_temp_path %1$s/unused;
        uwsgi_temp_path %1$s/unused;
        scgi_temp_path %1$s/unused;
        server {
          listen 127.0.0.1:%2$d;
          root %1$s/files;
          dav_methods PUT DELETE;
          create_full_put_path on;
        }
      }
      """;

  @Override
  public String name() {
    return "nginx";
  }

  @Override
  public String durability() {
    return "none: page cache (DAV)";
  }

  @Override
  public Optional<String> missing() {
    return Files.isExecutable(PROGRAM)
        ? Optional.empty()
        : Optional.of("apt-get install nginx-light");
  }

  @Override
  public StoreServer start(Path directory) {
    int port = ServerProcess.freePort();
    Path configuration = directory.resolve("nginx.conf");
    try {
      Files.createDirectories(directory.resolve("files"));
      Files.writeString(
          configuration, CONFIGURATION.formatted(directory, port, System.getProperty("user.name")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ServerProcess process =
        ServerProcess.start(
            directory,
            "nginx.out",
            Map.of(),
            List.of(
                PROGRAM.toString(),
                "-e",
                "stderr",
                "-p",
                directory.toString(),
                "-c",
                configuration.toString()));
    String host = "127.0.0.1:" + port;
    RunningServer.firstAnswer(process, URI.create("http://" + host + "/"), Map.of());
    return new RunningServer(
        new InetSocketAddress("127.0.0.1", port),
        Dialect.files(host),
        List.of(process),
        new Directories());
  }

  /** A directory is made with the first file in it. */
  private static final class Directories implements Containers {
    @Override
    public void make(StoreServer server, LoadGenerator load, String container) {}
  }
}
