package io.virga.computeagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.computeagent.domain.Instances;
import io.virga.computeagent.host.ControlStandIn;
import io.virga.computeagent.host.Programs;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.PowerState;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.tls.TestAuthority;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.ObservedState.Status;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.netty.http.client.HttpClient;

/** The agent's own process, between a control and a real host. */
@Tag("e2e")
class AgentProcessTest {

  private static final String ID = Instances.ID;
  private static final Duration LONG = Duration.ofSeconds(60);

  private GuestHost host;
  private TestAuthority authority;
  private ControlStandIn control;
  private Process agent;
  private int operationsPort;
  private int consolePort;

  @BeforeEach
  void startHost() throws Exception {
    host = new GuestHost();
    host.makeDisk(Instances.root().exportName(), true);
    host.makeDisk(Instances.data().exportName(), false);
    Path pki = Files.createDirectory(host.home.resolve("pki"));
    authority = new TestAuthority(pki);
    control = new ControlStandIn(authority.identity("control", "c1"));
    operationsPort = freePort();
    consolePort = freePort();
    writeSettings();
    startAgent();
  }

  @AfterEach
  void stopHost() throws Exception {
    try {
      Programs.kill(agent);
      control.close();
    } finally {
      host.close();
    }
  }

  @Test
  void keepsInstancesAsControlWantsThem() throws Exception {
    control.awaitReport("h1", state -> state.details().containsKey("consoleUrl"), LONG);
    assertThat(control.details("h1"))
        .containsEntry("virtType", "qemu")
        .containsKeys("vcpus", "memoryBytes", "diskBytes", "hypervisorVersion");

    InstanceSpec spec = Instances.running();
    control.desire(spec);
    awaitReady(spec, "running");
    host.awaitBoots(ID, 1);
    assertThat(get("control", "/v1/instances/" + ID + "/console?tail-bytes=100000"))
        .contains("GUEST-UP");
    assertThat(get("netagent", "/v1/instances/" + ID + "/console")).startsWith("403");
    assertThat(get("control", "/v1/instances/..%2f..%2fetc/console")).startsWith("404");
    assertThat(get("control", "/v1/instances/" + ID + "/console?tail-bytes=-1")).startsWith("400");
    assertThat(health()).contains("\"status\":\"up\"").contains("QEMU");

    // Killed and started again while control is away: nothing happens to the guest.
    Programs.kill(agent);
    host.awaitNew(ID, "TICK");
    startAgent();
    Programs.await("health", LONG, () -> health().contains("1 desired"));
    InstanceSpec attached = Instances.with(spec, Instances.root(), Instances.data());
    control.desire(attached);
    awaitReady(attached, "running");
    host.awaitNew(ID, "WROTE vdb");
    assertThat(host.boots(ID)).isEqualTo(1);

    // libvirtd is killed and comes back: the agent finds it again.
    host.libvirt.kill();
    Programs.await("libvirt's absence", LONG, () -> health().contains("does not answer"));
    host.libvirt.start();
    InstanceSpec detached = Instances.with(attached, Instances.root());
    control.desire(detached);
    awaitReady(detached, "running");
    assertThat(control.details(ID)).containsEntry("diskDetached:" + Instances.DATA_VOLUME, "true");

    // Killed by hand: seen and mended without anybody asking.
    ProcessHandle.of(host.libvirt.qemuPid(ID)).ifPresent(ProcessHandle::destroyForcibly);
    host.awaitBoots(ID, 2);

    InstanceSpec absent = Instances.with(detached, PowerState.ABSENT);
    control.desire(absent);
    control.awaitReport(ID, state -> state.status() == Status.ABSENT, LONG);
    agent.destroy();
    assertThat(agent.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(agent.exitValue()).isEqualTo(143);
  }

  private void awaitReady(InstanceSpec spec, String power) {
    control.awaitReport(
        ID,
        (ObservedState state) ->
            state.generation() == spec.generation()
                && state.status() == Status.READY
                && power.equals(state.details().get("power")),
        LONG);
  }

  private void writeSettings() throws IOException {
    Map<String, String> settings = new TreeMap<>(authority.settings("compute-agent", "h1"));
    settings.put("virga.host", "h1");
    settings.put("virga.operations.listen", "127.0.0.1:" + operationsPort);
    settings.put("virga.log.directory", host.home.resolve("log").toString());
    settings.put("virga.state.directory", host.home.resolve("state").toString());
    settings.put("virga.control.watch-url", control.url());
    settings.put("virga.compute-agent.libvirt-uri", host.libvirt.uri());
    settings.put("virga.compute-agent.nbd-socket", host.nbd.socket().toString());
    settings.put("virga.compute-agent.integration-bridge", GuestHost.BRIDGE);
    settings.put("virga.compute-agent.console-listen", "127.0.0.1:" + consolePort);
    settings.put(
        "virga.compute-agent.instances-directory", host.facts.instancesDirectory().toString());
    Properties properties = new Properties();
    properties.putAll(settings);
    try (var writer = Files.newBufferedWriter(host.home.resolve("agent.properties"))) {
      properties.store(writer, null);
    }
  }

  private void startAgent() throws IOException {
    agent =
        Programs.start(
            host.home.resolve("agent.out"),
            Map.of(),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx256m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "io.virga.computeagent.Main",
                host.home.resolve("agent.properties").toString()));
  }

  private String get(String service, String path) {
    ProcessIdentity identity = authority.identity(service, "c1");
    return Objects.requireNonNull(
        HttpClient.create()
            .secure(spec -> spec.sslContext(identity.clientContext("compute-agent")))
            .get()
            .uri("https://localhost:" + consolePort + path)
            .responseSingle(
                (response, body) ->
                    body.asString(StandardCharsets.ISO_8859_1)
                        .defaultIfEmpty("")
                        .map(
                            text ->
                                response.status().code() == 200
                                    ? text
                                    : response.status().code() + " " + text))
            .block(Duration.ofSeconds(10)));
  }

  private String health() {
    try {
      return Objects.requireNonNull(
          HttpClient.create()
              .get()
              .uri("http://127.0.0.1:" + operationsPort + "/health")
              .responseContent()
              .aggregate()
              .asString()
              .block(Duration.ofSeconds(5)));
    } catch (RuntimeException notUpYet) {
      return "";
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
