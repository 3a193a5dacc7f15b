package io.virga.benchmarks.cloud;

import io.virga.control.operator.supervise.Hold;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A cloud of its own: a home, a range of ports, all of Virga's processes. Stock clients use it
 * through the files that {@code ./virga up} writes.
 */
public final class Cloud implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofMinutes(4);

  private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(60);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(250);

  private static final String PID = ".pid";
  private static final String STORAGE_URL = "export OS_STORAGE_URL=";

  private final Path root;
  private final Path home;
  private final Shell operator;
  private final Map<String, String> serverIds = new ConcurrentHashMap<>();
  private volatile @Nullable String objectStoreUrl;

  /**
   * @param root the checkout that holds {@code ./virga}
   * @param home need not exist
   */
  public Cloud(Path root, Path home) {
    this(root, home, List.of());
  }

  /**
   * The same where another program brings everything to run.
   *
   * @param before becomes what follows it: {@code nsenter} and where to
   */
  public Cloud(Path root, Path home, List<String> before) {
    this.root = root;
    this.home = home;
    this.operator = new Shell(Map.of(), root, before);
  }

  /** Starts everything and returns once all of it is healthy. */
  public void up(int basePort, String... options) {
    List<String> arguments = new ArrayList<>(List.of("--detach", "--base-port", "" + basePort));
    arguments.addAll(List.of(options));
    virga("up", arguments.toArray(String[]::new)).orFail();
  }

  /** Runs {@code ./virga <command> --home <home>} and returns what it left. */
  public Shell.Result virga(String command, String... arguments) {
    String[] line = new String[arguments.length + 4];
    line[0] = virga();
    line[1] = command;
    line[2] = "--home";
    line[3] = home.toString();
    System.arraycopy(arguments, 0, line, 4, arguments.length);
    return operator.attempt(START_LIMIT, line);
  }

  /** Runs {@code ./virga object <task>} on this cloud's nodes and returns what it left. */
  public Shell.Result object(String task) {
    return operator.attempt(START_LIMIT, virga(), "object", task, "--home", home.toString());
  }

  /** Runs {@code ./virga lab <arguments>} on this cloud's hosts. */
  public void lab(String... arguments) {
    List<String> line = new ArrayList<>(List.of(virga(), "lab"));
    line.addAll(List.of(arguments));
    line.addAll(List.of("--home", home.toString()));
    operator.attempt(START_LIMIT, line.toArray(String[]::new)).orFail();
  }

  /** Runs {@code ./virga ring <arguments>} on this cloud's rings. */
  public void ring(String... arguments) {
    List<String> line = new ArrayList<>(List.of(virga(), "ring"));
    line.addAll(List.of(arguments));
    line.addAll(List.of("--home", home.toString()));
    operator.attempt(START_LIMIT, line.toArray(String[]::new)).orFail();
  }

  /**
   * Kills processes of this cloud (SIGKILL), and returns once others are in their places and all
   * are healthy.
   *
   * @throws IllegalStateException if one does not run, or is not back within a minute
   */
  public void killAndAwaitHealthy(String... processes) {
    killAndAwaitHealthy(RECOVERY_LIMIT, processes);
  }

  /**
   * The same with another patience: replicas that are written all the time take longer to be found
   * the same.
   */
  public void killAndAwaitHealthy(Duration limit, String... processes) {
    Set<String> before = new HashSet<>();
    for (String process : processes) {
      before.add(pid(process));
      signal(process, "KILL");
    }
    Patience.await(
        String.join(", ", processes) + " to be healthy again",
        limit,
        LOOK_INTERVAL,
        () ->
            virga("status", "--json").exitCode() == 0
                    && Stream.of(processes).map(this::pid).noneMatch(before::contains)
                ? Optional.of(true)
                : Optional.empty());
  }

  /** Kills a process (SIGKILL) that then stays away until {@code ./virga start}. */
  public void killForGood(String process) {
    try {
      new Hold(home.resolve("run"), process).place();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    signal(process, "KILL");
  }

  /** Sends a signal, {@code KILL}, {@code STOP} or {@code CONT}, to a process of this cloud. */
  public void signal(String process, String signal) {
    operator.run("kill", "-" + signal, pid(process));
  }

  /** The process id. */
  public String pid(String process) {
    try {
      return Files.readString(home.resolve("run").resolve(process + PID)).strip();
    } catch (IOException e) {
      throw new IllegalStateException(process + " does not run", e);
    }
  }

  /** The ids of all processes of this cloud. */
  public List<Long> pids() {
    try (Stream<Path> files = Files.list(home.resolve("run"))) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(PID))
          .map(name -> Long.parseLong(pid(name.substring(0, name.length() - PID.length()))))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Builds the small guest image that the tests boot. */
  public void imageBuild(Duration limit, Path output, String... options) {
    String[] line = new String[options.length + 5];
    line[0] = virga();
    line[1] = "image";
    line[2] = "build";
    line[3] = "--output";
    line[4] = output.toString();
    System.arraycopy(options, 0, line, 5, options.length);
    operator.attempt(limit, line).orFail();
  }

  /** Where the serial console of a server is written on this host; it may not be there yet. */
  public Path consoleLog(String serverId) {
    return home.resolve("data/compute-agent").resolve(serverId).resolve("console.log");
  }

  /**
   * The lines that the serial console of a server on the first host has printed so far, read where
   * they are written: a stock client takes a second of processor for it. Empty before the first.
   *
   * @param tenant whose tools know the server by its name
   */
  public String printed(Shell tenant, String server) {
    String id =
        serverIds.computeIfAbsent(
            server,
            name -> {
              String[] show = {"openstack", "server", "show", name, "-f", "value", "-c", "id"};
              return tenant.run(show).strip();
            });
    try {
      Path log = consoleLog(id);
      String printed = Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "";
      return printed.substring(0, printed.lastIndexOf('\n') + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a file is there and holds {@code text}. */
  public static boolean contains(Path file, String text) {
    try {
      return Files.exists(file)
          && Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path home() {
    return home;
  }

  /** The tools of the demo tenant. */
  public Shell demo() {
    return shell("openrc-demo");
  }

  /** The tools of the cloud's administrator. */
  public Shell admin() {
    return shell("openrc-admin");
  }

  /** A new token of the demo tenant. */
  public String demoToken() {
    return demo().run("openstack", "token", "issue", "-f", "value", "-c", "id").strip();
  }

  /** The address of the demo tenant's account in the object store, without a slash at the end. */
  public String objectStoreUrl() {
    String url = objectStoreUrl;
    if (url == null) {
      url = askForObjectStoreUrl();
      objectStoreUrl = url;
    }
    return url;
  }

  private String askForObjectStoreUrl() {
    return demo()
        .run("swift", "auth")
        .lines()
        .filter(line -> line.startsWith(STORAGE_URL))
        .map(line -> line.substring(STORAGE_URL.length()).strip())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("swift auth names no storage URL"));
  }

  /** The flows of the integration bridge, without the counters that change with every packet. */
  public String flows() {
    return operator.run(
        "ovs-ofctl",
        "-O",
        "OpenFlow15",
        "--no-stats",
        "--no-names",
        "dump-flows",
        "unix:" + managementSocket());
  }

  private Path managementSocket() {
    try (DirectoryStream<Path> sockets =
        Files.newDirectoryStream(home.resolve("run/openvswitch"), "br-int*.mgmt")) {
      return sockets.iterator().next();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The public address of a service, by its type in the catalog. */
  public String endpoint(String serviceType) {
    String catalog = demo().run("openstack", "catalog", "list", "-f", "json");
    for (JsonNode service : JsonMapper.shared().readTree(catalog)) {
      if (service.path("Type").asString().equals(serviceType)) {
        for (JsonNode endpoint : service.path("Endpoints")) {
          if (endpoint.path("interface").asString().equals("public")) {
            return endpoint.path("url").asString();
          }
        }
      }
    }
    throw new IllegalStateException("no public endpoint of " + serviceType + " in " + catalog);
  }

  /** Runs {@code aws} as the demo tenant and returns its output; throws unless it exits 0. */
  public String aws(Duration limit, String... arguments) {
    return attemptAws(limit, Map.of(), arguments).orFail();
  }

  /** Runs {@code aws} with some of the demo tenant's settings replaced. */
  public Shell.Result attemptAws(
      Duration limit, Map<String, String> replaced, String... arguments) {
    Map<String, String> environment = new HashMap<>(shell("s3.env").environment());
    environment.putAll(replaced);
    String[] line = new String[arguments.length + 3];
    line[0] = "aws";
    line[1] = "--endpoint-url";
    line[2] = Objects.requireNonNull(environment.get("AWS_ENDPOINT_URL"));
    System.arraycopy(arguments, 0, line, 3, arguments.length);
    return new Shell(environment, home, operator.before()).attempt(limit, line);
  }

  /** A shell with the demo tenant's S3 settings. */
  public Shell s3() {
    return shell("s3.env");
  }

  /** The object store's address with TLS, as the S3 settings name it. */
  public String s3TlsUrl() {
    String url = Objects.requireNonNull(s3().environment().get("AWS_ENDPOINT_URL"));
    int colon = url.lastIndexOf(':');
    int port = Integer.parseInt(url.substring(colon + 1)) + 1;
    return url.substring(0, colon).replaceFirst("^http:", "https:") + ":" + port;
  }

  private Shell shell(String environmentFile) {
    Map<String, String> variables = new HashMap<>();
    String printed =
        operator.run(
            "bash",
            "-c",
            "env -i bash -c 'set -a; . \"$1\"; env -0' - \"$1\"",
            "-",
            home.resolve(environmentFile).toString());
    for (String entry : printed.split("\0")) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        variables.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    return new Shell(variables, home, operator.before());
  }

  /** Stops every process of the cloud; its home is kept. */
  @Override
  public void close() {
    virga("down").orFail();
  }

  private String virga() {
    try {
      return root.resolve("virga").toRealPath().toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
