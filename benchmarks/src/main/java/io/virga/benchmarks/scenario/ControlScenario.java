package io.virga.benchmarks.scenario;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.host.Cores;
import io.virga.benchmarks.identity.Keystone;
import io.virga.benchmarks.load.LoadGenerator;
import io.virga.benchmarks.load.LoadPlan;
import io.virga.benchmarks.load.LoadResult;
import io.virga.benchmarks.load.RequestTemplate;
import io.virga.benchmarks.load.Workload;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.report.Findings;
import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How often control answers, with its database on one core: tokens by password, a token that is
 * looked at, and a list of no servers; beside Keystone on the same core, where it is there.
 */
public final class ControlScenario implements Scenario {

  private static final int BASE_PORT = 20500;
  private static final int CONNECTIONS = 16;
  private static final String ISSUED = "tokens issued by password";
  private static final String LOOKED_AT = "tokens looked at";
  private static final String SERVERS = "lists of no servers";

  @Override
  public String name() {
    return "control";
  }

  @Override
  public String summary() {
    return "tokens issued and looked at, and lists of servers, a second, beside Keystone";
  }

  /** Where identity is, and who logs in there. */
  private record Api(InetSocketAddress address, String prefix, String user, String password) {

    private static final String TOKENS = "/v3/auth/tokens";

    private String host() {
      return address.getHostString() + ":" + address.getPort();
    }

    private byte[] login() {
      Map<String, Object> domain = Map.of("id", "default");
      Map<String, Object> who = Map.of("name", user, "domain", domain, "password", password);
      return Json.bytes(
          Map.of(
              "auth",
              Map.of(
                  "identity",
                  Map.of("methods", List.of("password"), "password", Map.of("user", who)),
                  "scope",
                  Map.of("project", Map.of("name", user, "domain", domain)))));
    }

    RequestTemplate issue() {
      ByteBuf body = Unpooled.wrappedBuffer(login());
      return RequestTemplate.of(
          "POST",
          prefix + TOKENS,
          Map.of("Host", host(), "Content-Type", "application/json"),
          body);
    }

    RequestTemplate lookAt(String token) {
      return RequestTemplate.of(
          "GET",
          prefix + TOKENS,
          Map.of("Host", host(), "X-Auth-Token", token, "X-Subject-Token", token));
    }

    RequestTemplate servers(String token) {
      return RequestTemplate.of(
          "GET", "/compute/v2.1/servers", Map.of("Host", host(), "X-Auth-Token", token));
    }

    String token() {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + host() + prefix + TOKENS))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofByteArray(login()))
              .build();
      try (HttpClient client = HttpClient.newHttpClient()) {
        return client
            .send(request, HttpResponse.BodyHandlers.ofString())
            .headers()
            .firstValue("X-Subject-Token")
            .orElseThrow();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  @Override
  public Findings run(Setting setting) {
    LoadPlan plan = setting.quick() ? LoadPlan.seconds(3, 5) : LoadPlan.seconds(10, 20);
    List<String> notes = new ArrayList<>();
    notes.add(CONNECTIONS + " connections; each server on one core, the load on another");
    Map<String, LoadResult> ours = measureOurs(setting, plan);
    Map<String, LoadResult> theirs =
        Keystone.missing()
            .map(
                missing -> {
                  notes.add("without Keystone: " + missing);
                  return Map.<String, LoadResult>of();
                })
            .orElseGet(() -> measureKeystone(setting, plan));
    List<Figure> figures = new ArrayList<>();
    ours.forEach(
        (what, result) -> {
          Map<String, Double> rivals = new LinkedHashMap<>();
          Optional.ofNullable(theirs.get(what))
              .ifPresent(rival -> rivals.put("keystone", rival.perSecond()));
          figures.add(new Figure(what, result.perSecond(), "/s", rivals, Optional.empty()));
          figures.add(Figure.plain("p99, " + what, result.latency().p99Millis(), "ms"));
          figures.add(Figure.atMost("failed, " + what, result.errors(), "", 0));
        });
    List<LoadResult> raw = new ArrayList<>(ours.values());
    raw.addAll(theirs.values());
    raw.stream()
        .filter(result -> result.errors() > 0)
        .forEach(result -> notes.add(result.errors() + " failed: " + result.firstError()));
    return new Findings(figures, notes, raw);
  }

  private static Map<String, LoadResult> measureOurs(Setting setting, LoadPlan plan) {
    try (Cloud cloud = new Cloud(setting.root(), setting.directory().resolve("home"))) {
      cloud.up(BASE_PORT, "--without", "network,compute");
      Cores.pinServers(cloud.pids());
      Map<String, String> demo = cloud.demo().environment();
      URI url = URI.create(demo.getOrDefault("OS_AUTH_URL", ""));
      Api api =
          new Api(
              new InetSocketAddress(url.getHost(), url.getPort()),
              "/identity",
              demo.getOrDefault("OS_USERNAME", ""),
              demo.getOrDefault("OS_PASSWORD", ""));
      String token = api.token();
      Map<String, RequestTemplate> requests = new LinkedHashMap<>();
      requests.put(ISSUED, api.issue());
      requests.put(LOOKED_AT, api.lookAt(token));
      requests.put(SERVERS, api.servers(token));
      return measure(setting, plan, api, requests);
    }
  }

  private static Map<String, LoadResult> measureKeystone(Setting setting, LoadPlan plan) {
    try (Keystone keystone = Keystone.start(setting.directory().resolve("keystone"))) {
      Api api = new Api(keystone.address(), "", "admin", keystone.password());
      Map<String, RequestTemplate> requests = new LinkedHashMap<>();
      requests.put(ISSUED, api.issue());
      requests.put(LOOKED_AT, api.lookAt(api.token()));
      return measure(setting, plan, api, requests);
    }
  }

  private static Map<String, LoadResult> measure(
      Setting setting, LoadPlan plan, Api api, Map<String, RequestTemplate> requests) {
    Map<String, LoadResult> results = new LinkedHashMap<>();
    try (LoadGenerator load = new LoadGenerator()) {
      Cores.pinLoad();
      requests.forEach(
          (what, request) -> {
            Workload again = () -> Optional.of(new Workload.Request(request, 0));
            LoadResult result = load.run(api.address(), CONNECTIONS, again, plan);
            results.put(what, result);
            setting.progress().accept("%s: %.0f/s".formatted(what, result.perSecond()));
          });
    }
    return results;
  }
}
