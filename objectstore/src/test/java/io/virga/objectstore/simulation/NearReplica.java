package io.virga.objectstore.simulation;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.LocalReplica;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replica.ReplicaUpload;
import io.virga.objectstore.replica.Verdict;
import io.virga.objectstore.replica.Write;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The device of a node, for the node itself: everything is waited for, so that the device's own
 * threads are at rest whenever something else happens, and answered a moment later.
 */
final class NearReplica implements Replica {

  private static final int MOST_NANOS = 500_000;
  private static final Executor ANYWHERE = Runnable::run;

  private final LocalReplica local;
  private final SimulatedNode.Life life;
  private final VirtualTime time;
  private final SimulatedNetwork network;

  NearReplica(
      LocalReplica local, SimulatedNode.Life life, VirtualTime time, SimulatedNetwork network) {
    this.local = local;
    this.life = life;
    this.time = time;
    this.network = network;
  }

  private <T> CompletableFuture<T> answer(Supplier<CompletableFuture<T>> call, Executor executor) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Runnable tell = settled(call).apply(result);
    if (time.isBlocking()) {
      tell.run();
    } else {
      int nanos = network.chance(life.node(), life.node()).nextInt(MOST_NANOS);
      time.after(Duration.ofNanos(nanos), () -> executor.execute(tell));
    }
    return result;
  }

  private interface Settling<T> {
    Runnable apply(CompletableFuture<T> result);
  }

  private <T> Settling<T> settled(Supplier<CompletableFuture<T>> call) {
    if (life.isOver()) {
      return result -> () -> result.completeExceptionally(dead());
    }
    try {
      T value = call.get().join();
      return result -> () -> result.complete(value);
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return result -> () -> result.completeExceptionally(cause);
    } finally {
      life.diskWasUsed();
    }
  }

  private static StoreFailure dead() {
    return new StoreFailure.DeviceStopped("the node is dead");
  }

  @Override
  public String name() {
    return local.name();
  }

  @Override
  public CompletableFuture<Answer<Optional<ObjectRow>>> object(
      PartitionId partition, ObjectPath path, Executor executor) {
    return answer(() -> local.object(partition, path, ANYWHERE), executor);
  }

  @Override
  public CompletableFuture<Answer<Optional<ContainerRow>>> container(
      PartitionId partition, ContainerPath path, Executor executor) {
    return answer(() -> local.container(partition, path, ANYWHERE), executor);
  }

  @Override
  public CompletableFuture<Answer<Optional<ContainerRow>>> account(
      PartitionId partition, String account, Executor executor) {
    return answer(() -> local.account(partition, account, ANYWHERE), executor);
  }

  @Override
  public CompletableFuture<Answer<Listed>> listObjects(
      PartitionId partition, ContainerPath path, ListingQuery query, Executor executor) {
    return answer(() -> local.listObjects(partition, path, query, ANYWHERE), executor);
  }

  @Override
  public CompletableFuture<Answer<ListingPage<ContainerRow>>> listContainers(
      PartitionId partition, String account, ListingQuery query, Executor executor) {
    return answer(() -> local.listContainers(partition, account, query, ANYWHERE), executor);
  }

  @Override
  public CompletableFuture<Map<String, ListingRow>> listings(
      ContainerPath path, List<String> names, Executor executor) {
    return answer(() -> local.listings(path, names, ANYWHERE), executor);
  }

  @Override
  public CompletableFuture<Map<String, ContainerRow>> entries(
      String account, List<String> containers, Executor executor) {
    return answer(() -> local.entries(account, containers, ANYWHERE), executor);
  }

  @Override
  public CompletableFuture<Promised> promise(
      PartitionId partition, ObjectPath path, Timestamp stamp, Executor executor) {
    return answer(() -> local.promise(partition, path, stamp, ANYWHERE), executor);
  }

  @Override
  public CompletableFuture<Verdict> write(Write write, Executor executor) {
    return answer(() -> local.write(write, ANYWHERE), executor);
  }

  @Override
  public CompletableFuture<List<Compared>> compare(List<Digest> digests, Executor executor) {
    return answer(() -> local.compare(digests, ANYWHERE), executor);
  }

  @Override
  public CompletableFuture<Exchanged> exchange(Range range, Executor executor) {
    return answer(() -> local.exchange(range, ANYWHERE), executor);
  }

  @Override
  public ReplicaUpload upload(ObjectPath path, OptionalLong length, Executor executor) {
    if (life.isOver()) {
      throw dead();
    }
    ReplicaUpload upload = local.upload(path, length, ANYWHERE);
    return new ReplicaUpload() {
      @Override
      public CompletableFuture<Void> write(ByteBuf chunk) {
        return answer(() -> upload.write(chunk), executor);
      }

      @Override
      public CompletableFuture<Content> finish() {
        return answer(upload::finish, executor);
      }

      @Override
      public void close() {
        upload.close();
      }
    };
  }

  @Override
  public Optional<ReplicaContent> open(ObjectRow row, Executor executor) {
    return life.isOver() ? Optional.empty() : local.open(row, executor).map(Waiting::new);
  }

  /** Bytes that are all read before the first is given. */
  private record Waiting(ReplicaContent content) implements ReplicaContent {

    @Override
    public Optional<Mono<ByteBuf>> whole(long offset, long length) {
      return content
          .whole(offset, length)
          .map(bytes -> Mono.fromSupplier(() -> bytes.blockOptional().orElseThrow()));
    }

    @Override
    public Flux<ByteBuf> bytes(long offset, long length) {
      return Flux.defer(
          () ->
              Flux.fromIterable(
                  content.bytes(offset, length).collectList().blockOptional().orElseThrow()));
    }

    @Override
    public void close() {
      content.close();
    }
  }
}
