package io.virga.dataplane.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.json.Json;
import io.virga.dataplane.tls.TestAuthority;
import io.virga.dataplane.token.ServiceToken;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReporterTest {

  @TempDir Path directory;
  private Transport transport;
  private FakeControl control;
  private ControlEndpoint endpoint;

  @BeforeEach
  void start() {
    TestAuthority authority = new TestAuthority(directory);
    transport = Transport.open(TransportChoice.AUTO, 1, "report-test");
    control = new FakeControl(authority.identity("control", "h0"), transport, 0);
    endpoint = ControlEndpoint.of(control.url(), authority.identity("netagent", "h1"), transport);
  }

  @AfterEach
  void stop() {
    control.close();
    transport.close();
  }

  private static ObservedState state(String id, long generation, ObservedState.Status status) {
    return new ObservedState("port", id, generation, status, Optional.empty(), Map.of());
  }

  private List<ObservedState> received() {
    return control.reports.stream().flatMap(List::stream).toList();
  }

  @Test
  void tellsTheNewestInBatches() {
    try (Reporter reporter = Reporter.start(endpoint)) {
      for (int i = 0; i < 2500; i++) {
        reporter.report(state("p" + i, 1, ObservedState.Status.READY));
      }
      Eventually.isTrue("all", () -> received().size() >= 2500);
      assertThat(control.reports).allMatch(batch -> batch.size() <= 1000);
      assertThat(received().stream().map(ObservedState::id).distinct()).hasSize(2500);
    }
  }

  @Test
  void keepsBatchesWithinWhatControlTakes() {
    Map<String, String> details = Map.of("console", "x".repeat(300_000));
    try (Reporter reporter = Reporter.start(endpoint)) {
      for (int i = 0; i < 30; i++) {
        reporter.report(
            new ObservedState(
                "instance", "i" + i, 1, ObservedState.Status.READY, Optional.empty(), details));
      }
      Eventually.isTrue("all", () -> received().size() >= 30);
      assertThat(control.reports).allMatch(batch -> Json.bytes(batch).length <= 4 << 20);
      assertThat(received().stream().map(ObservedState::id).distinct()).hasSize(30);
    }
  }

  @Test
  void triesAgainUntilControlHasTakenIt() {
    control.refusals.set(3);
    try (Reporter reporter = Reporter.start(endpoint)) {
      reporter.report(state("p1", 1, ObservedState.Status.PENDING));
      reporter.report(state("p1", 1, ObservedState.Status.READY));
      Eventually.isTrue("taken", () -> !received().isEmpty());
      assertThat(received().getLast().status()).isEqualTo(ObservedState.Status.READY);
    }
  }

  @Test
  void tellsEverythingAgainButWhatIsGone() {
    try (Reporter reporter = Reporter.start(endpoint)) {
      reporter.report(state("p1", 1, ObservedState.Status.READY));
      reporter.report(state("p2", 1, ObservedState.Status.ABSENT));
      Eventually.isTrue("both", () -> received().size() == 2);
      reporter.report(state("p1", 1, ObservedState.Status.READY));
      reporter.resendAll();
      reporter.report(state("p3", 1, ObservedState.Status.READY));
      Eventually.isTrue("again", () -> received().size() == 4);
      assertThat(received().subList(2, 4).stream().map(ObservedState::id))
          .containsExactlyInAnyOrder("p1", "p3");
    }
  }

  @Test
  void keepsTheServiceTokenForTheTimeControlIsAway() throws Exception {
    Instant now = Instant.parse("2026-11-21T12:00:00Z");
    control.tokenAnswer = "{\"token\":\"v1.a.b\",\"expiresAt\":\"2026-11-28T12:00:00Z\"}";
    try (ServiceToken token =
        ServiceToken.start(endpoint.client(), directory, InstantSource.fixed(now))) {
      Eventually.isTrue("a token", () -> token.current().equals(Optional.of("v1.a.b")));
      Path file = directory.resolve("service-token.json");
      Eventually.isTrue("a file", () -> Files.exists(file));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    control.tokenAnswer = "";
    try (ServiceToken token =
        ServiceToken.start(
            endpoint.client(), directory, InstantSource.fixed(now.plusSeconds(2 * 86_400)))) {
      assertThat(token.current()).contains("v1.a.b");
    }
    try (ServiceToken token =
        ServiceToken.start(
            endpoint.client(), directory, InstantSource.fixed(now.plusSeconds(7 * 86_400)))) {
      assertThat(token.current()).isEmpty();
    }
  }
}
