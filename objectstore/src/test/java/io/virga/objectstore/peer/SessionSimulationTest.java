package io.virga.objectstore.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.objectstore.peer.Session.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two sessions and the frames between them, in any order that the network and slow consumers allow:
 * neither side ever sees a violation, no more than a window is kept for a stream, and every stream
 * comes to its end.
 */
class SessionSimulationTest {

  private static final Limits LIMITS = new Limits(4000, 8);

  /** A frame without its bytes. */
  private sealed interface Sent {
    record Request(int id) implements Sent {}

    record Response(int id) implements Sent {}

    record Data(int id, int bytes) implements Sent {}

    record End(int id) implements Sent {}

    record Reset(int id) implements Sent {}

    record Credit(int id, int bytes) implements Sent {}
  }

  /** What one side has to do for a stream. */
  private static final class Work {
    private int toSend;
    private boolean sending = true;
    private final ArrayDeque<Integer> kept = new ArrayDeque<>();

    Work(int toSend) {
      this.toSend = toSend;
    }

    int keptCost() {
      return kept.stream().mapToInt(PeerStream::cost).sum();
    }
  }

  private final Session<Work> client = new Session<>(LIMITS);
  private final Session<Work> server = new Session<>(LIMITS);
  private final ArrayDeque<Sent> toServer = new ArrayDeque<>();
  private final ArrayDeque<Sent> toClient = new ArrayDeque<>();
  private final List<Integer> open = new ArrayList<>();
  private Random random = new Random(0);
  private int resets;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void neitherSideSeesAViolation(long seed) {
    random = new Random(seed);
    for (int step = 0; step < 100_000; step++) {
      step(step < 90_000);
    }
    for (int step = 0; step < 2_000_000 && client.size() + server.size() > 0; step++) {
      step(false);
    }
    assertThat(resets).as("seed %d", seed).isPositive();
    assertThat(client.size()).as("seed %d", seed).isZero();
    assertThat(server.size()).as("seed %d", seed).isZero();
  }

  private void step(boolean opening) {
    switch (random.nextInt(7)) {
      case 0 -> {
        if (opening && !client.isFull()) {
          PeerStream<Work> stream = client.open(new Work(random.nextInt(30_000)));
          open.add(stream.id());
          toServer.add(new Sent.Request(stream.id()));
        }
      }
      case 1 -> deliver(toServer, server, toClient);
      case 2 -> deliver(toClient, client, toServer);
      case 3 -> pick(client, stream -> send(stream, toServer, client));
      case 4 -> pick(server, stream -> send(stream, toClient, server));
      case 5 -> {
        pick(client, stream -> consume(stream, toServer));
        pick(server, stream -> consume(stream, toClient));
      }
      default -> {
        if (random.nextInt(500) == 0) {
          boolean mine = random.nextBoolean();
          pick(mine ? client : server, stream -> reset(stream, mine));
        }
      }
    }
  }

  private interface Move {
    void on(PeerStream<Work> stream);
  }

  private void pick(Session<Work> side, Move move) {
    open.removeIf(id -> client.find(id).isEmpty() && server.find(id).isEmpty());
    if (!open.isEmpty()) {
      side.find(open.get(random.nextInt(open.size()))).ifPresent(move::on);
    }
  }

  private void reset(PeerStream<Work> stream, boolean byClient) {
    resets++;
    (byClient ? client : server).close(stream.id());
    (byClient ? toServer : toClient).add(new Sent.Reset(stream.id()));
  }

  private void send(PeerStream<Work> stream, ArrayDeque<Sent> out, Session<Work> side) {
    Work work = stream.attachment();
    if (!work.sending) {
      return;
    }
    if (work.toSend == 0) {
      work.sending = false;
      out.add(new Sent.End(stream.id()));
      if (side == server) {
        server.close(stream.id());
      }
      return;
    }
    int bytes = stream.sendable(1 + random.nextInt(work.toSend));
    if (bytes > 0) {
      stream.sent(bytes);
      work.toSend -= bytes;
      out.add(new Sent.Data(stream.id(), bytes));
    }
  }

  private void consume(PeerStream<Work> stream, ArrayDeque<Sent> out) {
    Integer bytes = stream.attachment().kept.poll();
    if (bytes != null) {
      int grant = stream.consumed(bytes);
      if (grant > 0) {
        out.add(new Sent.Credit(stream.id(), grant));
      }
    }
  }

  private void deliver(ArrayDeque<Sent> from, Session<Work> side, ArrayDeque<Sent> back) {
    Verdict verdict =
        switch (from.poll()) {
          case null -> Verdict.IGNORED;
          case Sent.Request(int id) -> {
            Verdict requested = side.requested(id);
            if (requested == Verdict.ACCEPTED) {
              side.accept(id, new Work(random.nextInt(30_000)), true);
              back.add(new Sent.Response(id));
            }
            yield requested;
          }
          case Sent.Response(int id) -> side.answered(id, true);
          case Sent.Data(int id, int bytes) -> {
            Verdict data = side.data(id, bytes);
            if (data == Verdict.ACCEPTED) {
              Work work = side.find(id).orElseThrow().attachment();
              work.kept.add(bytes);
              assertThat(work.keptCost()).isLessThanOrEqualTo(LIMITS.windowBytes());
            }
            yield data;
          }
          case Sent.End(int id) -> {
            Verdict end = side.end(id);
            if (end == Verdict.ACCEPTED && side == client) {
              client.close(id);
            }
            yield end;
          }
          case Sent.Reset(int id) -> {
            side.close(id);
            yield Verdict.ACCEPTED;
          }
          case Sent.Credit(int id, int bytes) -> side.credit(id, bytes);
        };
    assertThat(verdict).isIn(Verdict.ACCEPTED, Verdict.IGNORED);
  }
}
