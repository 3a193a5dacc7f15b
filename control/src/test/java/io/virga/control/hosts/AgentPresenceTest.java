package io.virga.control.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.database.TestDatabase;
import io.virga.dataplane.tls.PeerIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two control processes of one database. */
class AgentPresenceTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final PeerIdentity AGENT = new PeerIdentity("netagent", "h1");

  private final TestDatabase database = TestDatabase.open();
  private final Hosts one = new Hosts(database.database(), "one");
  private final Hosts other = new Hosts(database.database(), "other");

  @BeforeEach
  void start() {
    one.start().block(SOON);
    other.start().block(SOON);
    one.connected(AGENT).block(SOON);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void theAgentsOfAControlProcessThatFallsSilentAreGone() {
    other.beat().block(SOON);
    assertThat(connected()).as("it has just been heard").containsExactly("h1");
    silence("one");
    other.beat().block(SOON);
    assertThat(connected()).isEmpty();
  }

  @Test
  void oneThatWasOnlySlowHasItsAgentsBack() {
    silence("one");
    other.beat().block(SOON);
    one.beat().block(SOON);
    assertThat(connected()).containsExactly("h1");
    other.beat().block(SOON);
    assertThat(connected()).containsExactly("h1");
  }

  @Test
  void anAgentThatHasFoundAnotherStaysThere() {
    silence("one");
    other.connected(AGENT).block(SOON);
    other.beat().block(SOON);
    one.disconnected(AGENT);
    one.beat().block(SOON);
    assertThat(connected()).containsExactly("h1");
  }

  @Test
  void aConnectionOfWhichTheEndWasNotWrittenIsCleared() {
    new Hosts(database.database(), "one").beat().block(SOON);
    assertThat(connected()).isEmpty();
  }

  private void silence(String control) {
    database
        .database()
        .sql("UPDATE control_process SET seen_at = now() - interval '1 minute' WHERE name = :name")
        .bind("name", control)
        .execute()
        .block(SOON);
  }

  private List<String> connected() {
    return one.all(database.database(), Optional.of("netagent"))
        .filter(Host::connected)
        .map(Host::name)
        .collectList()
        .blockOptional(SOON)
        .orElseThrow();
  }
}
