package io.virga.blockstore;

import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.blockstore.storage.Disk;
import io.virga.blockstore.storage.FaultyDisk;
import io.virga.dataplane.watch.Eventually;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** A node with the volume {@code v1} of 8 MiB, the writes to which can get stuck. */
public final class FaultyNode implements AutoCloseable {

  private final TestNode node;
  private final FaultyDisk disk;

  private FaultyNode(TestNode node, FaultyDisk disk) {
    this.node = node;
    this.disk = disk;
  }

  public static FaultyNode open(Path directory) throws Exception {
    List<FaultyDisk> disks = new ArrayList<>();
    UnaryOperator<Disk> fault =
        disk -> {
          disks.add(new FaultyDisk(disk));
          return disks.getFirst();
        };
    TestNode node = TestNode.open(directory, fault);
    TestNode.expectOk(node.pool().create("v1", 8 << 20));
    FaultyNode faulty = new FaultyNode(node, disks.getFirst());
    TestNode.expectOk(faulty.write());
    return faulty;
  }

  public TestNode node() {
    return node;
  }

  /** Begins a write that gets stuck. */
  public CompletableFuture<Outcome> stuckWrite() {
    return stuckWrite(4096);
  }

  /** Begins a write of so many zeros that gets stuck. */
  public CompletableFuture<Outcome> stuckWrite(int length) {
    disk.stick();
    CompletableFuture<Outcome> write =
        Volumes.startWrite(node, VolumeKind.VOLUME, "v1", 0, new byte[length]);
    Eventually.isTrue("stuck", () -> disk.stuck(node.loop()) > 0);
    return write;
  }

  /** Begins a write of a block to {@code v1}. */
  public CompletableFuture<Outcome> write() {
    return Volumes.startWrite(node, VolumeKind.VOLUME, "v1", 0, new byte[4096]);
  }

  /** Begins an operation on {@code v1}. */
  public CompletableFuture<Outcome> on(BiConsumer<BlockDevice, Completion> operation) {
    return Volumes.on(node, VolumeKind.VOLUME, "v1", operation);
  }

  public void unstick() {
    disk.unstick(node.loop());
  }

  /** What was asked for has begun, and has ended if nothing holds it up. */
  public void settle() {
    for (int i = 0; i < 4; i++) {
      node.loop().submit(() -> {}).syncUninterruptibly();
    }
  }

  @Override
  public void close() throws Exception {
    unstick();
    node.close();
  }
}
