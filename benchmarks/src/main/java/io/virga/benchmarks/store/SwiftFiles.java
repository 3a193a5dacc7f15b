package io.virga.benchmarks.store;

import io.virga.benchmarks.cloud.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The configuration and rings of a Swift on one machine, one device for each replica; nothing of it
 * is below {@code /etc/swift}.
 */
record SwiftFiles(Path directory, int replicas, Ports ports) {

  static final String USER = "bench:load";
  static final String KEY = "benchmark";

  /** Where each of its servers listens. */
  record Ports(int proxy, int account, int container, int object, int memcached) {}

  private static final String COMMON =
      """
      [DEFAULT]
      bind_ip = 127.0.0.1
      bind_port = %1$d
      workers = 1
      user = %2$s
      swift_dir = %3$s
      devices = %3$s/devices
      mount_check = false
      log_level = ERROR
      """;

  private static final String BACKEND =
      """
      [pipeline:main]
      pipeline = %1$s-server
      [app:%1$s-server]
      use = egg:swift#%1$s
      """;

  private static final String PROXY =
      """
      [pipeline:main]
      pipeline = catch_errors proxy-logging cache tempauth copy dlo proxy-logging proxy-server
      [app:proxy-server]
      use = egg:swift#proxy
      account_autocreate = true
      [filter:catch_errors]
      use = egg:swift#catch_errors
      [filter:proxy-logging]
      use = egg:swift#proxy_logging
      [filter:cache]
      use = egg:swift#memcache
      memcache_servers = 127.0.0.1:%d
      [filter:tempauth]
      use = egg:swift#tempauth
      token_life = 172800
      user_bench_load = benchmark .admin
      [filter:copy]
      use = egg:swift#copy
      [filter:dlo]
      use = egg:swift#dlo
      """;

  private static final String SWIFT =
      """
      [swift-hash]
      swift_hash_path_suffix = benchmark
      swift_hash_path_prefix = benchmark
      [storage-policy:0]
      name = Policy-0
      default = yes
      """;

  void write() {
    try {
      for (int replica = 1; replica <= replicas; replica++) {
        Files.createDirectories(directory.resolve("devices/d" + replica));
      }
      Files.writeString(directory.resolve("swift.conf"), SWIFT);
      configure("proxy", ports.proxy(), PROXY.formatted(ports.memcached()));
      for (String kind : List.of("account", "container", "object")) {
        configure(kind, portOf(kind), BACKEND.formatted(kind));
        makeRing(kind);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int portOf(String kind) {
    return switch (kind) {
      case "account" -> ports.account();
      case "container" -> ports.container();
      default -> ports.object();
    };
  }

  private void configure(String kind, int port, String rest) throws IOException {
    Files.writeString(
        directory.resolve(kind + ".conf"),
        COMMON.formatted(port, System.getProperty("user.name"), directory) + rest);
  }

  private void makeRing(String kind) {
    Shell shell = new Shell(Map.of(), directory);
    String builder = kind + ".builder";
    shell.run("swift-ring-builder", builder, "create", "8", Integer.toString(replicas), "0");
    for (int replica = 1; replica <= replicas; replica++) {
      String device = "r1z%d-127.0.0.1:%d/d%d".formatted(replica, portOf(kind), replica);
      shell.run("swift-ring-builder", builder, "add", device, "1");
    }
    shell.run("swift-ring-builder", builder, "rebalance");
  }
}
