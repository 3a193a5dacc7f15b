package io.virga.objectstore.store;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replica.ReplicaUpload;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/**
 * The bytes of one object on their way to all its replicas at once, as fast as the slowest takes
 * them. A replica that fails is left out while a majority remains. Calls are serial, but for {@link
 * #close}.
 */
final class Upload implements Staged, AutoCloseable {

  private final Slots slots;
  private final Map<Replica, ReplicaUpload> uploads = new ConcurrentHashMap<>();
  private final Map<Replica, Content> placed = new ConcurrentHashMap<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  private Upload(Slots slots) {
    this.slots = slots;
  }

  static Upload begin(Slots slots, ObjectPath path, OptionalLong length, Executor executor) {
    Upload upload = new Upload(slots);
    int missing = 0;
    for (Replica target : slots.targets()) {
      missing += upload.add(target, path, length, executor) ? 0 : 1;
    }
    if (missing > 0) {
      Iterator<Replica> handoffs = slots.handoffs().iterator();
      while (missing > 0 && handoffs.hasNext()) {
        missing -= upload.add(handoffs.next(), path, length, executor) ? 1 : 0;
      }
    }
    upload.requireMajority();
    return upload;
  }

  private boolean add(Replica replica, ObjectPath path, OptionalLong length, Executor executor) {
    try {
      uploads.put(replica, replica.upload(path, length, executor));
      return true;
    } catch (StoreFailure e) {
      failures.add(e);
      return false;
    }
  }

  private void requireMajority() {
    if (slots.isWritten(uploads::containsKey)) {
      return;
    }
    close();
    for (Throwable failure : failures) {
      if (slots.isSingle() || failure instanceof StoreFailure.DeviceFull) {
        throw failure instanceof StoreFailure known ? known : new IllegalStateException(failure);
      }
    }
    StoreFailure.Unavailable unavailable =
        new StoreFailure.Unavailable("too few replicas take the bytes of an object");
    failures.forEach(unavailable::addSuppressed);
    throw unavailable;
  }

  /**
   * Takes a chunk and releases it.
   *
   * @return done when the next chunk may come
   */
  CompletableFuture<Void> write(ByteBuf chunk) {
    if (uploads.size() == 1) {
      return uploads.values().iterator().next().write(chunk);
    }
    try {
      List<CompletableFuture<Void>> all = new ArrayList<>(uploads.size());
      uploads.forEach(
          (replica, upload) -> all.add(tolerate(replica, upload.write(chunk.retainedDuplicate()))));
      return join(all);
    } finally {
      chunk.release();
    }
  }

  /** All bytes have come: done when they are with a majority, though not yet durable. */
  CompletableFuture<Staged> finish() {
    List<CompletableFuture<Void>> all = new ArrayList<>(uploads.size());
    uploads.forEach(
        (replica, upload) -> {
          CompletableFuture<Void> done =
              upload.finish().thenAccept(content -> placed.put(replica, content));
          all.add(uploads.size() == 1 ? done : tolerate(replica, done));
        });
    return join(all).thenApply(done -> this);
  }

  private CompletableFuture<Void> join(List<CompletableFuture<Void>> all) {
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .thenRun(this::requireMajority);
  }

  private CompletableFuture<Void> tolerate(Replica replica, CompletableFuture<Void> step) {
    return step.exceptionally(
        failure -> {
          failures.add(failure);
          Optional.ofNullable(uploads.remove(replica)).ifPresent(ReplicaUpload::close);
          return null;
        });
  }

  @Override
  public Optional<Content> at(Replica replica) {
    return Optional.ofNullable(placed.get(replica));
  }

  @Override
  public void close() {
    uploads.values().forEach(ReplicaUpload::close);
    uploads.clear();
  }
}
