package io.virga.blockstore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.catalogue.Catalogue.Table;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a pool comes to its end, and a volume. */
@Timeout(60)
class PoolClosingTest {

  private static final int MIB = TestPool.MIB;

  @Test
  void comesToAnEndAlsoWhenTheLastCheckpointFails() throws Exception {
    FaultyCatalogue catalogue = new FaultyCatalogue(new MemoryCatalogue());
    try (TestPool node = TestPool.open(catalogue, 32)) {
      TestPool.expectOk(node.pool().create("v1", MIB));
      catalogue.fail();

      assertThat(node.closePool()).isEqualTo(Outcome.IO_ERROR);
    }
  }

  @Test
  void breaksWhenACheckpointFailsInAnyWay() throws Exception {
    FaultyCatalogue catalogue = new FaultyCatalogue(new MemoryCatalogue());
    try (TestPool node = TestPool.open(catalogue, 32)) {
      TestPool.expectOk(node.pool().create("v1", MIB));
      catalogue.fail();
      for (int i = 0; i < 1000 && !node.pool().isBroken(); i++) {
        TestPool.of(node.pool().create("a volume with a long name, for the journal " + i, MIB));
      }

      assertThat(node.pool().isBroken()).isTrue();
      assertThat(TestPool.of(node.fill("v1", 0, 512, 1))).isEqualTo(Outcome.IO_ERROR);
    }
  }

  @Test
  void theLastCheckpointIsWrittenBehindTheOneThatIsUnderWay() throws Exception {
    MemoryCatalogue below = new MemoryCatalogue();
    FaultyCatalogue catalogue = new FaultyCatalogue(below);
    try (TestPool node = TestPool.open(catalogue, 32)) {
      final Runnable release = catalogue.hold();
      for (int i = 0; i < 400; i++) {
        TestPool.expectOk(
            node.pool().create("a volume with a long name, for the journal " + i, MIB));
      }
      CompletableFuture<Outcome> closing = node.pool().close();
      node.settle();
      assertThat(closing).isNotDone();

      release.run();

      assertThat(TestPool.of(closing)).isEqualTo(Outcome.OK);
      long nextVolume =
          below.get(Table.META, 0).map(bytes -> ByteBuffer.wrap(bytes).getLong(20)).orElse(0L);
      assertThat(nextVolume).isEqualTo(401);
    }
  }

  @Test
  void aWriteThatWaitsBehindADeletionIsRefused() throws Exception {
    try (TestPool node = TestPool.open(32)) {
      TestPool.expectOk(node.pool().create("v1", MIB));
      TestPool.expectOk(node.fill("v1", 0, 4096, 1));
      node.disk().stick();
      final CompletableFuture<Outcome> before = node.fill("v1", 0, 4096, 2);
      final CompletableFuture<Outcome> deletion = node.pool().delete(VolumeKind.VOLUME, "v1");
      final CompletableFuture<Outcome> behind = node.fill("v1", 0, 4096, 3);
      final CompletableFuture<Outcome> alsoBehind = node.trim("v1", 0, MIB);
      node.settle();

      node.disk().unstick(node.loop());

      assertThat(TestPool.of(before)).isEqualTo(Outcome.OK);
      assertThat(TestPool.of(deletion)).isEqualTo(Outcome.OK);
      assertThat(TestPool.of(behind)).isEqualTo(Outcome.SHUT_DOWN);
      assertThat(TestPool.of(alsoBehind)).isEqualTo(Outcome.SHUT_DOWN);
    }
  }
}
