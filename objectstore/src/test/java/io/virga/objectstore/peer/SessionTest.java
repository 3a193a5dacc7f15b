package io.virga.objectstore.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.objectstore.peer.Session.Verdict;
import org.junit.jupiter.api.Test;

/** The rules of streams, one by one. */
class SessionTest {

  private static final Limits LIMITS = new Limits(1000, 2);

  private final Session<String> client = new Session<>(LIMITS);
  private final Session<String> server = new Session<>(LIMITS);

  @Test
  void givesStreamsNumbersThatAreNotInUse() {
    assertThat(client.open("a").id()).isEqualTo(1);
    assertThat(client.open("b").id()).isEqualTo(2);
    assertThat(client.isFull()).isTrue();
    client.close(1);
    assertThat(client.isFull()).isFalse();
    assertThat(client.open("c").id()).isEqualTo(3);
  }

  @Test
  void refusesOneStreamTooManyAndANumberInUse() {
    server.accept(1, "a", false);
    assertThat(server.requested(1)).isEqualTo(Verdict.VIOLATION);
    assertThat(server.requested(2)).isEqualTo(Verdict.ACCEPTED);
    server.accept(2, "b", false);
    assertThat(server.requested(3)).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void ignoresWhatIsLeftOverFromAStreamThatIsOver() {
    int id = client.open("a").id();
    client.close(id);
    assertThat(client.answered(id, true)).isEqualTo(Verdict.IGNORED);
    assertThat(client.data(id, 1)).isEqualTo(Verdict.IGNORED);
    assertThat(client.end(id)).isEqualTo(Verdict.IGNORED);
    assertThat(client.credit(id, 1000)).isEqualTo(Verdict.IGNORED);
  }

  @Test
  void takesNoDataWhereNoBodyIs() {
    int id = client.open("a").id();
    assertThat(client.data(id, 1)).isEqualTo(Verdict.VIOLATION);
    assertThat(client.end(id)).isEqualTo(Verdict.VIOLATION);
    assertThat(client.answered(id, true)).isEqualTo(Verdict.ACCEPTED);
    assertThat(client.answered(id, true)).isEqualTo(Verdict.VIOLATION);
    assertThat(client.data(id, 1)).isEqualTo(Verdict.ACCEPTED);
    assertThat(client.end(id)).isEqualTo(Verdict.ACCEPTED);
    assertThat(client.data(id, 1)).isEqualTo(Verdict.VIOLATION);
  }

  @Test
  void takesNoMoreThanTheWindow() {
    PeerStream<String> stream = server.accept(1, "a", true);
    int most = 1000 - Limits.DATA_OVERHEAD_BYTES;
    assertThat(stream.sendable(5000)).isEqualTo(most);
    assertThat(server.data(1, most + 1)).isEqualTo(Verdict.VIOLATION);
    assertThat(server.data(1, most)).isEqualTo(Verdict.ACCEPTED);
    assertThat(server.data(1, 1)).isEqualTo(Verdict.VIOLATION);
  }

  @Test
  void countsTinyFramesByMoreThanTheirBytes() {
    server.accept(1, "a", true);
    int taken = 0;
    while (server.data(1, 1) == Verdict.ACCEPTED) {
      taken++;
    }
    assertThat(taken).isEqualTo(1000 / (1 + Limits.DATA_OVERHEAD_BYTES));
  }

  @Test
  void givesCreditBackByHalvesAndNotAfterTheEnd() {
    PeerStream<String> stream = server.accept(1, "a", true);
    server.data(1, 400);
    server.data(1, 400);
    assertThat(stream.consumed(400)).isZero();
    assertThat(stream.consumed(400)).isEqualTo(928);
    server.data(1, 600);
    server.end(1);
    assertThat(stream.consumed(600)).isZero();
  }

  @Test
  void refusesCreditForWhatWasNotSent() {
    PeerStream<String> stream = client.open("a");
    assertThat(client.credit(stream.id(), 1)).isEqualTo(Verdict.VIOLATION);
    stream.sent(100);
    assertThat(client.credit(stream.id(), 165)).isEqualTo(Verdict.VIOLATION);
    assertThat(client.credit(stream.id(), 164)).isEqualTo(Verdict.ACCEPTED);
  }
}
