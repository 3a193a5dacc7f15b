package io.virga.benchmarks.store;

import io.virga.benchmarks.cloud.Shell;
import io.virga.benchmarks.host.ServerProcess;
import io.virga.benchmarks.load.LoadGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * OpenStack Swift from Debian's packages: proxy, account, container and object server with one
 * worker each, tempauth, memcached, plain directories as devices.
 */
public final class Swift implements StoreKind {

  private static final Duration FILL_LIMIT = Duration.ofMinutes(30);

  /** As its own scripts do, with another directory than {@code /etc/swift}. */
  private static final String LAUNCHER =
      """
      import sys
      from swift.common.utils import set_swift_dir
      set_swift_dir(sys.argv[1])
      from swift.common.storage_policy import reload_storage_policies
      reload_storage_policies()
      from swift.common.wsgi import run_wsgi
      from swift.obj.server import global_conf_callback
      kind = sys.argv[2]
      run_wsgi(sys.argv[1] + '/' + kind + '.conf', kind + '-server', verbose=False,
               **({'global_conf_callback': global_conf_callback} if kind == 'object' else {}))
      """;

  /** What its container updater would do, without the objects. */
  private static final String ROWS =
      """
      import glob, sys
      from swift.common.utils import set_swift_dir, Timestamp
      set_swift_dir(sys.argv[1])
      from swift.container.backend import ContainerBroker
      for path in glob.glob(sys.argv[1] + '/devices/*/containers/*/*/*/*.db'):
          broker = ContainerBroker(path)
          if broker.get_info()['container'] != sys.argv[2]:
              continue
          now = Timestamp.now().internal
          for start in range(0, int(sys.argv[3]), 10000):
              broker.merge_items([
                  {'name': 'o%010d' % n, 'created_at': now, 'size': 0, 'deleted': 0,
                   'content_type': 'application/octet-stream', 'storage_policy_index': 0,
                   'etag': 'd41d8cd98f00b204e9800998ecf8427e'}
                  for n in range(start, min(start + 10000, int(sys.argv[3])))])
      """;

  private final int replicas;

  public Swift(int replicas) {
    this.replicas = replicas;
  }

  @Override
  public String name() {
    return replicas == 1 ? "swift" : "swift ×" + replicas;
  }

  @Override
  public String durability() {
    return "synced to the device, %d replica(s)".formatted(replicas);
  }

  @Override
  public int replicas() {
    return replicas;
  }

  @Override
  public Optional<String> missing() {
    boolean there =
        List.of("proxy", "account", "container", "object").stream()
                .allMatch(kind -> Files.exists(Path.of("/usr/bin/swift-" + kind + "-server")))
            && Files.exists(Path.of("/usr/bin/memcached"));
    return there
        ? Optional.empty()
        : Optional.of(
            "apt-get install swift-proxy swift-account swift-container swift-object memcached");
  }

  @Override
  public StoreServer start(Path directory) {
    SwiftFiles.Ports ports =
        new SwiftFiles.Ports(
            ServerProcess.freePort(),
            ServerProcess.freePort(),
            ServerProcess.freePort(),
            ServerProcess.freePort(),
            ServerProcess.freePort());
    new SwiftFiles(directory, replicas, ports).write();
    List<ServerProcess> parts = new ArrayList<>();
    parts.add(memcached(directory, ports.memcached()));
    for (String kind : List.of("account", "container", "object", "proxy")) {
      parts.add(
          ServerProcess.start(
              directory,
              kind + ".out",
              Map.of(),
              List.of("/usr/bin/python3", "-c", LAUNCHER, directory.toString(), kind)));
    }
    String host = "127.0.0.1:" + ports.proxy();
    HttpResponse<String> login =
        RunningServer.firstAnswer(
            parts.getLast(),
            URI.create("http://" + host + "/auth/v1.0"),
            Map.of("X-Auth-User", SwiftFiles.USER, "X-Auth-Key", SwiftFiles.KEY));
    String account =
        URI.create(login.headers().firstValue("X-Storage-Url").orElseThrow()).getPath();
    return new RunningServer(
        new InetSocketAddress("127.0.0.1", ports.proxy()),
        Dialect.swift(account, host, login.headers().firstValue("X-Auth-Token").orElseThrow()),
        parts,
        new Rows(directory));
  }

  private static ServerProcess memcached(Path directory, int port) {
    return ServerProcess.start(
        directory,
        "memcached.out",
        Map.of(),
        List.of(
            "/usr/bin/memcached",
            "-u",
            System.getProperty("user.name"),
            "-l",
            "127.0.0.1",
            "-t",
            "1",
            "-p",
            Integer.toString(port)));
  }

  /** Through the API, a million objects would take two hours. */
  private record Rows(Path directory) implements Containers {

    @Override
    public void fill(StoreServer server, LoadGenerator load, String container, long count) {
      Path script = directory.resolve("fill.py");
      try {
        Files.writeString(script, ROWS);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      new Shell(Map.of(), directory)
          .attempt(
              FILL_LIMIT,
              "/usr/bin/python3",
              script.toString(),
              directory.toString(),
              container,
              Long.toString(count))
          .orFail();
    }
  }
}
