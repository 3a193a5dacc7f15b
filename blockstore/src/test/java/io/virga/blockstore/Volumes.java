package io.virga.blockstore;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Reads and writes a node's volumes from a test's thread. */
public final class Volumes {

  private Volumes() {}

  /** Runs an operation of the device on its loop. */
  public static CompletableFuture<Outcome> on(
      TestNode node, VolumeKind kind, String name, BiConsumer<BlockDevice, Completion> operation) {
    CompletableFuture<Outcome> done = new CompletableFuture<>();
    node.loop()
        .execute(
            () -> operation.accept(node.pool().device(kind, name).orElseThrow(), done::complete));
    return done;
  }

  /** What the range holds. */
  public static byte[] read(TestNode node, VolumeKind kind, String name, long offset, int length)
      throws Exception {
    ByteBuf buffer = Unpooled.directBuffer(length, length);
    Outcome outcome =
        on(node, kind, name, (device, done) -> device.read(offset, buffer, done))
            .get(40, TimeUnit.SECONDS);
    if (outcome != Outcome.OK) {
      throw new IllegalStateException("reading failed: " + outcome);
    }
    byte[] bytes = ByteBufUtil.getBytes(buffer);
    buffer.release();
    return bytes;
  }

  /** Begins a write. */
  public static CompletableFuture<Outcome> startWrite(
      TestNode node, VolumeKind kind, String name, long offset, byte[] bytes) {
    ByteBuf buffer = Unpooled.directBuffer(bytes.length).writeBytes(bytes);
    return on(node, kind, name, (device, done) -> device.write(offset, buffer, false, done))
        .whenComplete((outcome, failure) -> buffer.release());
  }
}
