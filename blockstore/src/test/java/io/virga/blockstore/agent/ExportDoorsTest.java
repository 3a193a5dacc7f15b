package io.virga.blockstore.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.FaultyNode;
import io.virga.blockstore.TestNode;
import io.virga.blockstore.device.Outcome;
import io.virga.dataplane.desired.ExportSpec;
import io.virga.dataplane.desired.IoLimits;
import io.virga.dataplane.watch.Eventually;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may come in to a volume, and when. */
@Timeout(60)
class ExportDoorsTest {

  private static final List<ExportSpec> OLD = List.of(new ExportSpec("v1.1", 1, false));
  private static final List<ExportSpec> NEW = List.of(new ExportSpec("v1.2", 2, false));

  @TempDir Path directory;

  private static boolean of(CompletableFuture<Boolean> future) throws Exception {
    return future.get(10, TimeUnit.SECONDS);
  }

  private static List<String> names(TestNode node) {
    return node.loop().submit(node.exports()::names).syncUninterruptibly().getNow();
  }

  private static boolean closed(ExportDoors doors) throws Exception {
    doors.close();
    return true;
  }

  @Test
  void isReadyOnlyWhenWritesOfTheOldEpochHaveEndedHoweverOftenItIsAsked() throws Exception {
    try (FaultyNode faulty = FaultyNode.open(directory)) {
      TestNode node = faulty.node();
      ExportDoors doors = new ExportDoors(node.exports(), node.loop(), TestNode.HOST);
      assertThat(of(doors.set(node.pool(), "v1", OLD, IoLimits.NONE))).isTrue();
      CompletableFuture<Outcome> write = faulty.stuckWrite();
      CompletableFuture<Boolean> first = doors.set(node.pool(), "v1", NEW, IoLimits.NONE);
      faulty.settle();
      CompletableFuture<Boolean> second = doors.set(node.pool(), "v1", NEW, IoLimits.NONE);
      faulty.settle();
      assertThat(first).isNotDone();
      assertThat(second).isNotDone();
      assertThat(names(node)).containsExactly("v1.2");

      faulty.unstick();

      assertThat(of(second)).isTrue();
      assertThat(of(first)).isTrue();
      assertThat(write).isDone();
      assertThat(of(doors.set(node.pool(), "v1", NEW, IoLimits.NONE))).isTrue();
    }
  }

  @Test
  void isNotReadyWhenAllDoorsWereClosedInBetween() throws Exception {
    try (FaultyNode faulty = FaultyNode.open(directory)) {
      TestNode node = faulty.node();
      ExportDoors doors = new ExportDoors(node.exports(), node.loop(), TestNode.HOST);
      assertThat(of(doors.set(node.pool(), "v1", OLD, IoLimits.NONE))).isTrue();
      CompletableFuture<Outcome> write = faulty.stuckWrite();
      CompletableFuture<Boolean> none = doors.set(node.pool(), "v1", List.of(), IoLimits.NONE);
      faulty.settle();
      CompletableFuture<Boolean> other = doors.set(node.pool(), "v1", NEW, IoLimits.NONE);
      faulty.settle();
      assertThat(none).isNotDone();
      assertThat(other).isNotDone();

      faulty.unstick();

      assertThat(of(other)).isTrue();
      assertThat(write).isDone();
    }
  }

  @Test
  void aNameThatWasClosedStaysClosed() throws Exception {
    try (FaultyNode faulty = FaultyNode.open(directory)) {
      TestNode node = faulty.node();
      ExportDoors doors = new ExportDoors(node.exports(), node.loop(), TestNode.HOST);
      assertThat(of(doors.set(node.pool(), "v1", OLD, IoLimits.NONE))).isTrue();
      assertThat(of(doors.set(node.pool(), "v1", NEW, IoLimits.NONE))).isTrue();
      assertThat(of(doors.set(node.pool(), "v1", OLD, IoLimits.NONE))).isFalse();
      assertThat(names(node)).isEmpty();
    }
  }

  @Test
  void closingThemAllWaitsForWhatIsInFlight() throws Exception {
    try (FaultyNode faulty = FaultyNode.open(directory)) {
      TestNode node = faulty.node();
      ExportDoors doors = new ExportDoors(node.exports(), node.loop(), TestNode.HOST);
      assertThat(of(doors.set(node.pool(), "v1", OLD, IoLimits.NONE))).isTrue();
      CompletableFuture<Outcome> write = faulty.stuckWrite();
      FutureTask<Boolean> closing = new FutureTask<>(() -> closed(doors));
      Thread.ofPlatform().daemon().start(closing);
      Eventually.isTrue("closed", () -> names(node).isEmpty());
      faulty.settle();
      assertThat(closing.isDone()).isFalse();

      faulty.unstick();

      assertThat(closing.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(write.getNow(Outcome.IO_ERROR)).isEqualTo(Outcome.OK);
      assertThat(names(node)).isEmpty();
    }
  }
}
