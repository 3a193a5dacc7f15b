package io.virga.control.agents;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.virga.control.database.Database;
import io.virga.control.database.TestDatabase;
import io.virga.control.hosts.Host;
import io.virga.control.hosts.HostReports;
import io.virga.control.hosts.Hosts;
import io.virga.control.watch.DesiredStates;
import io.virga.control.watch.ObservedStates;
import io.virga.control.watch.WatchHub;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.RevocationSpec;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.tls.TestAuthority;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import io.virga.dataplane.watch.ControlEndpoint;
import io.virga.dataplane.watch.DesiredView;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.Reporter;
import io.virga.dataplane.watch.WatchClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;

/** The agents' listener with the agents' own client, over mutual TLS. */
final class AgentServerTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path folder = Path.of("");

  private final TestDatabase test = TestDatabase.open();
  private final Database database = test.database();
  private final WatchHub hub = new WatchHub(database, Schedulers.parallel());
  private final DesiredStates desired = new DesiredStates(hub::wake);
  private final Hosts hosts = new Hosts(database, "test");
  private final Transport transport = Transport.open(TransportChoice.NIO, 2, "agents-test");
  private TestAuthority authority =
      new TestAuthority(Path.of(System.getProperty("java.io.tmpdir")));
  private Optional<DisposableServer> server = Optional.empty();

  @BeforeEach
  void start() {
    authority = new TestAuthority(folder);
    hub.start().then(hosts.start()).block(SOON);
    AgentServer agents =
        new AgentServer(
            hub,
            new ObservedStates(database, List.of(new HostReports())),
            hosts,
            host -> Mono.just(new ServiceTokens.ServiceToken("token-of-" + host, Instant.EPOCH)));
    server =
        Optional.of(
            agents.bind(
                new HostPort("localhost", 0),
                transport.loopResources(),
                authority.identity("control", "one")));
  }

  @AfterEach
  void stop() {
    server.ifPresent(s -> s.disposeNow(SOON));
    hub.close();
    transport.close();
    test.close();
  }

  private ControlEndpoint endpoint(String service, String host) {
    ProcessIdentity identity = authority.identity(service, host);
    int port = server.orElseThrow().port();
    return ControlEndpoint.of(URI.create("https://localhost:" + port), identity, transport);
  }

  @Test
  void tellsAnAgentItsStateAndKnowsItAliveWhileItWatches() {
    put("*", "everyone").then(put("two", "other")).block(SOON);
    Sinks.Many<DesiredView> views = Sinks.many().replay().latest();
    try (WatchClient client =
        WatchClient.start(
            endpoint("objectstore", "one"),
            folder,
            (view, changed) -> views.tryEmitNext(view).orThrow())) {
      awaitView(views, view -> ids(view).contains("everyone"));
      awaitHost(host -> host.connected() && host.service().equals("objectstore"));
      put("one", "own").block(SOON);
      awaitView(views, view -> ids(view).contains("own"));
      database.inTransaction(tx -> desired.remove(tx, "one", Kind.REVOCATION, "own")).block(SOON);
      awaitView(views, view -> !ids(view).contains("own"));
      assertThat(ids(client.view())).containsExactly("everyone");
    }
    awaitHost(host -> !host.connected());
  }

  @Test
  void takesInWhatAHostSaysOfItself() {
    try (WatchClient client =
            WatchClient.start(endpoint("compute-agent", "one"), folder, (view, changed) -> {});
        Reporter reporter = Reporter.start(endpoint("compute-agent", "one"))) {
      awaitHost(Host::connected);
      reporter.report(
          new ObservedState(
              "host",
              "one",
              1,
              ObservedState.Status.READY,
              Optional.empty(),
              Map.of("vcpus", "2", "memoryBytes", "1024", "virtType", "qemu")));
      awaitHost(
          host ->
              host.capacity().vcpus() == 2
                  && host.capacity().memoryBytes() == 1024
                  && "qemu".equals(host.details().get("virtType")));
      assertThat(client.view().of(Kind.INSTANCE)).isEmpty();
    }
  }

  @Test
  void refusesWhatACertificateDoesNotOpen() {
    assertThat(status("control", "/v1/watch", false)).isEqualTo(403);
    assertThat(status("objectstore", "/v1/token", true)).isEqualTo(403);
    assertThat(status("blockstore", "/v1/token", true)).isEqualTo(200);
    assertThat(status("blockstore", "/v1/nothing", false)).isEqualTo(404);
    assertThat(status("blockstore", "/v1/token", false)).isEqualTo(405);
  }

  @Test
  void refusesReportsThatAreNoneOrNotTheAgentsOwn() {
    assertThat(observed("{")).isEqualTo(400);
    assertThat(
            observed(
                "[{\"kind\":\"instance\",\"id\":\"x\",\"generation\":1,\"status\":\"READY\",\"details\":{}}]"))
        .isEqualTo(403);
    assertThat(
            observed(
                "[{\"kind\":\"volume\",\"id\":\"x\",\"generation\":1,\"status\":\"READY\",\"details\":{}}]"))
        .isEqualTo(204);
    assertThat(observed("[null]")).isEqualTo(400);
  }

  private int observed(String body) {
    return endpoint("blockstore", "one")
        .client()
        .post()
        .uri("/v1/observed")
        .send(Mono.fromSupplier(() -> Unpooled.copiedBuffer(body, StandardCharsets.UTF_8)))
        .response()
        .map(response -> response.status().code())
        .blockOptional(SOON)
        .orElseThrow();
  }

  private int status(String service, String path, boolean post) {
    var client = endpoint(service, "one").client();
    return (post ? client.post().uri(path).response() : client.get().uri(path).response())
        .map(response -> response.status().code())
        .blockOptional(SOON)
        .orElseThrow();
  }

  private static Set<String> ids(DesiredView view) {
    return view.of(Kind.REVOCATION).keySet();
  }

  private static void awaitView(Sinks.Many<DesiredView> views, Predicate<DesiredView> wanted) {
    assertThat(views.asFlux().filter(wanted).blockFirst(SOON)).isNotNull();
  }

  private void awaitHost(Predicate<Host> wanted) {
    Flux.interval(Duration.ofMillis(20))
        .onBackpressureDrop()
        .concatMap(tick -> hosts.all(database, Optional.empty()), 1)
        .filter(wanted)
        .blockFirst(SOON);
  }

  private Mono<Void> put(String host, String id) {
    return database.inTransaction(
        tx ->
            desired.put(
                tx,
                host,
                new RevocationSpec(
                    id,
                    1,
                    Optional.of(id),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Instant.EPOCH,
                    Instant.EPOCH)));
  }
}
