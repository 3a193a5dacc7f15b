package io.virga.benchmarks.controlbench;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.host.Cores;
import io.virga.benchmarks.host.ProcessFigures;
import io.virga.benchmarks.identity.Keystone;
import io.virga.benchmarks.load.LoadGenerator;
import io.virga.benchmarks.load.LoadPlan;
import io.virga.benchmarks.load.LoadResult;
import io.virga.benchmarks.load.RequestTemplate;
import io.virga.benchmarks.load.Sequence;
import io.virga.benchmarks.load.Workload;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.report.Findings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Our own control under load: control, its database and the object store on one core, the load and
 * the simulated hosts on another.
 */
public final class ControlMeasurements implements AutoCloseable {

  private static final int BASE_PORT = 20_500;
  private static final int READERS = 50;
  private static final int WRITERS = 16;
  private static final int LOGINS = 16;
  private static final int PAGE = 50;
  private static final int SHOWN = 500;
  private static final long IMAGE_BYTES = 1 << 20;

  private static final double READS_PER_SECOND = 2000;
  private static final double READS_P99_MILLIS = 10;
  private static final double WRITES_P99_MILLIS = 50;
  private static final double PLACEMENTS_PER_SECOND = 200;

  private final Setting setting;
  private final LoadPlan plan;
  private final Cloud cloud;
  private final Fleet fleet;
  private final Tenant tenant;
  private final Tenant admin;
  private final List<LoadResult> raw = new ArrayList<>();
  private final List<Figure> figures = new ArrayList<>();

  private ControlMeasurements(Setting setting, LoadPlan plan) {
    this.setting = setting;
    this.plan = plan;
    Path home = setting.directory().resolve("home");
    this.cloud = new Cloud(setting.root(), home);
    cloud.up(BASE_PORT, "--without", "network,compute");
    Cores.pinServers(cloud.pids());
    this.tenant = new Tenant(login(cloud.demo().environment()));
    this.admin = new Tenant(login(cloud.admin().environment()));
    this.fleet = new Fleet(home.resolve("pki"), agents(home));
    Cores.pinLoad();
    fleet.add(hosts());
    awaitHosts();
  }

  private int hosts() {
    return setting.quick() ? 100 : 1000;
  }

  private int servers() {
    return setting.quick() ? 1000 : 10_000;
  }

  private static IdentityApi login(Map<String, String> environment) {
    URI url = URI.create(environment.getOrDefault("OS_AUTH_URL", ""));
    return new IdentityApi(
        new InetSocketAddress(url.getHost(), url.getPort()),
        "/identity",
        environment.getOrDefault("OS_USERNAME", ""),
        environment.getOrDefault("OS_PASSWORD", ""));
  }

  /** Where control listens for agents, as the processes of the cloud are told. */
  private static URI agents(Path home) {
    try (Stream<String> lines = Files.lines(home.resolve("config/blockstore.properties"))) {
      return lines
          .filter(line -> line.startsWith("virga.control.watch-url"))
          .map(line -> URI.create(line.substring(line.indexOf('=') + 1).strip()))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitHosts() {
    Patience.await(
        hosts() + " simulated hosts",
        Duration.ofMinutes(3),
        Duration.ofMillis(500),
        () -> areUp() ? Optional.of(true) : Optional.empty());
  }

  private boolean areUp() {
    long compute =
        admin
            .get("/compute/v2.1/os-services?binary=nova-compute")
            .path("services")
            .valueStream()
            .filter(service -> service.path("state").asString().equals("up"))
            .count();
    int network = admin.get("/network/v2.0/agents?alive=true").path("agents").size();
    return compute >= hosts() && network >= hosts();
  }

  /**
   * Where it is done and how much.
   *
   * @param root the checkout, with {@code ./virga}
   * @param directory an empty one
   * @param quick whether a tenth will do
   * @param progress told what has just been done
   */
  public record Setting(Path root, Path directory, boolean quick, Consumer<String> progress) {}

  /** Runs all of it, beside Keystone if that is here. */
  public static Findings run(Setting setting) {
    LoadPlan plan = setting.quick() ? LoadPlan.seconds(3, 5) : LoadPlan.seconds(10, 20);
    List<String> notes = new ArrayList<>();
    notes.add(
        "each server on one core; the load, and the simulated hosts, on another;"
            + " %d connections read, %d write, %d log in".formatted(READERS, WRITERS, LOGINS));
    Map<String, LoadResult> tokens = new LinkedHashMap<>();
    List<Figure> figures = new ArrayList<>();
    List<LoadResult> raw = new ArrayList<>();
    try (ControlMeasurements ours = new ControlMeasurements(setting, plan)) {
      tokens.putAll(TokenLoad.measure(setting.progress(), plan, ours.tenant.identity(), LOGINS));
      ours.placeServers();
      ours.reads();
      ours.writes();
      ours.propagation();
      ours.memory();
      figures.addAll(ours.figures);
      raw.addAll(ours.raw);
    }
    Map<String, LoadResult> keystone =
        Keystone.missing()
            .map(
                missing -> {
                  notes.add("without Keystone: " + missing);
                  return Map.<String, LoadResult>of();
                })
            .orElseGet(() -> keystone(setting, plan));
    figures.addAll(0, TokenLoad.figures(tokens, keystone));
    raw.addAll(tokens.values());
    raw.addAll(keystone.values());
    raw.stream()
        .filter(result -> result.errors() > 0)
        .forEach(result -> notes.add(result.errors() + " failed: " + result.firstError()));
    return new Findings(figures, notes, raw);
  }

  private static Map<String, LoadResult> keystone(Setting setting, LoadPlan plan) {
    try (Keystone keystone = Keystone.start(setting.directory().resolve("keystone"))) {
      return TokenLoad.measure(
          setting.progress(),
          plan,
          new IdentityApi(keystone.address(), "", "admin", keystone.password()),
          LOGINS);
    }
  }

  private void propagation() {
    String project = admin.project();
    admin.put(
        "/network/v2.0/quotas/" + project,
        Map.of(
            "quota", Map.of("network", -1, "subnet", -1, "port", -1, "security_group_rule", -1)));
    figures.addAll(new Propagation(admin, networkHosts()).measure(fleet));
  }

  private int networkHosts() {
    return hosts() / 2;
  }

  /** What control has taken of memory with all its hosts connected. */
  private void memory() {
    figures.add(
        Figure.plain(
            "control's resident memory, %d agents".formatted(3 * hosts()),
            ProcessFigures.of(
                    ProcessHandle.of(Long.parseLong(cloud.pid("control"))).stream().toList())
                .residentMebibytes(),
            "MiB"));
  }

  /** Makes servers one by one, and waits until all are said to run. */
  private void placeServers() {
    liftQuotas();
    String image = image();
    String flavor = flavor();
    RequestTemplate create =
        tenant.posting(
            "/compute/v2.1/servers",
            Map.of(
                "server",
                Map.of("name", "s", "imageRef", image, "flavorRef", flavor, "networks", "none")));
    long begin = System.nanoTime();
    LoadResult made =
        load(
            WRITERS, new Sequence(create, 0, servers()), LoadPlan.toTheEnd(Duration.ofMinutes(10)));
    double seconds = (System.nanoTime() - begin) / 1e9;
    raw.add(made);
    String what = "servers placed on %d hosts".formatted(hosts());
    figures.add(Figure.atLeast(what, servers() / seconds, "/s", PLACEMENTS_PER_SECOND));
    figures.add(Figure.atMost("p99, " + what, made.latency().p99Millis(), "ms", WRITES_P99_MILLIS));
    figures.add(Figure.atMost("failed, " + what, made.errors(), "", 0));
    awaitBuilt();
    figures.add(Figure.atMost("in error, " + what, inError(), "", 0));
    figures.add(
        Figure.plain(
            servers() + " servers, from the first request until the last runs",
            (System.nanoTime() - begin) / 1e9,
            "s"));
    setting.progress().accept("%s: %.0f/s".formatted(what, servers() / seconds));
  }

  private void awaitBuilt() {
    Patience.await(
        servers() + " servers to run",
        Duration.ofMinutes(5),
        Duration.ofMillis(200),
        () -> anyIn("BUILD").isEmpty() ? Optional.of(true) : Optional.empty());
  }

  /** One for which no host was found has been accepted all the same. */
  private int inError() {
    return anyIn("ERROR").size();
  }

  private JsonNode anyIn(String status) {
    return tenant.get("/compute/v2.1/servers?limit=1000&status=" + status).path("servers");
  }

  /** Asks for what there is, over many connections. */
  private void reads() {
    List<String> ids = new ArrayList<>();
    for (JsonNode server : tenant.get("/compute/v2.1/servers?limit=" + SHOWN).path("servers")) {
      ids.add(server.path("id").asString());
    }
    read("pages of %d of %d servers".formatted(PAGE, servers()), page("servers"));
    read("detailed pages of %d of them".formatted(PAGE), page("servers/detail"));
    List<RequestTemplate> shows =
        ids.stream().map(id -> tenant.getting("/compute/v2.1/servers/" + id)).toList();
    RandomGenerator random = new Random(1);
    measureRead(
        "servers shown",
        () -> Optional.of(new Workload.Request(shows.get(random.nextInt(shows.size())), 0)));
    read("lists of images", tenant.getting("/image/v2/images"));
  }

  private RequestTemplate page(String path) {
    return tenant.getting("/compute/v2.1/%s?limit=%d".formatted(path, PAGE));
  }

  private void read(String what, RequestTemplate request) {
    measureRead(what, () -> Optional.of(new Workload.Request(request, 0)));
  }

  private void measureRead(String what, Workload workload) {
    LoadResult result = load(READERS, workload, plan);
    add(what, result);
    figures.add(Figure.atLeast(what, result.perSecond(), "/s", READS_PER_SECOND));
    figures.add(
        Figure.atMost("p99, " + what, result.latency().p99Millis(), "ms", READS_P99_MILLIS));
  }

  /** Makes networks, ports and volumes. */
  private void writes() {
    write(
        "networks made",
        tenant.posting("/network/v2.0/networks", Map.of("network", Map.of("name", "n"))));
    String network =
        tenant
            .post("/network/v2.0/networks", Map.of("network", Map.of("name", "wide")))
            .at("/network/id")
            .asString();
    tenant.post(
        "/network/v2.0/subnets",
        Map.of("subnet", Map.of("network_id", network, "ip_version", 4, "cidr", "10.128.0.0/14")));
    write(
        "ports made",
        tenant.posting("/network/v2.0/ports", Map.of("port", Map.of("network_id", network))));
    write(
        "volumes made",
        tenant.posting(
            "/volume/v3/%s/volumes".formatted(tenant.project()),
            Map.of("volume", Map.of("name", "v", "size", 1))));
  }

  private void write(String what, RequestTemplate request) {
    LoadResult result = load(WRITERS, () -> Optional.of(new Workload.Request(request, 0)), plan);
    add(what, result);
    figures.add(Figure.plain(what, result.perSecond(), "/s"));
    figures.add(
        Figure.atMost("p99, " + what, result.latency().p99Millis(), "ms", WRITES_P99_MILLIS));
  }

  private void add(String what, LoadResult result) {
    raw.add(result);
    figures.add(Figure.atMost("failed, " + what, result.errors(), "", 0));
    setting.progress().accept("%s: %.0f/s".formatted(what, result.perSecond()));
  }

  private LoadResult load(int connections, Workload workload, LoadPlan lasting) {
    try (LoadGenerator load = new LoadGenerator()) {
      Cores.pinLoad();
      return load.run(tenant.address(), connections, workload, lasting);
    }
  }

  private void liftQuotas() {
    String project = tenant.project();
    admin.put(
        "/compute/v2.1/os-quota-sets/" + project,
        Map.of("quota_set", Map.of("instances", -1, "cores", -1, "ram", -1)));
    admin.put(
        "/volume/v3/%s/os-quota-sets/%s".formatted(admin.project(), project),
        Map.of("quota_set", Map.of("volumes", -1, "gigabytes", -1)));
    admin.put(
        "/network/v2.0/quotas/" + project,
        Map.of("quota", Map.of("network", -1, "subnet", -1, "port", -1)));
  }

  private String image() {
    String id =
        admin
            .post(
                "/image/v2/images",
                Map.of(
                    "name",
                    "blank",
                    "disk_format",
                    "raw",
                    "container_format",
                    "bare",
                    "visibility",
                    "public"))
            .path("id")
            .asString();
    admin.putBytes("/image/v2/images/%s/file".formatted(id), new byte[(int) IMAGE_BYTES]);
    return id;
  }

  private String flavor() {
    return admin
        .post(
            "/compute/v2.1/flavors",
            Map.of("flavor", Map.of("name", "simulated", "ram", 64, "vcpus", 1, "disk", 1)))
        .at("/flavor/id")
        .asString();
  }

  @Override
  public void close() {
    fleet.close();
    tenant.close();
    admin.close();
    cloud.close();
  }
}
