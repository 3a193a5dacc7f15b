package io.virga.objectstore.replica;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.device.Change;
import io.virga.objectstore.device.ContentReader;
import io.virga.objectstore.device.Device;
import io.virga.objectstore.device.Upload;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.index.Index;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.index.PartitionRows;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.record.Timestamp;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A device of this node. */
public final class LocalReplica implements Replica {

  /** So many rows are given at a time. */
  public static final int EXCHANGED_ROWS = 1000;

  private final Device device;
  private final Discards discards;
  private final Expiry expiry;
  private final Promises promises = new Promises();
  private volatile Consumer<ContainerPath> listed = path -> {};

  public LocalReplica(Device device, Discards discards, InstantSource clock) {
    this.device = device;
    this.discards = discards;
    this.expiry = new Expiry(device.reclaimAge(), clock);
  }

  @Override
  public String name() {
    return device.name();
  }

  public Device device() {
    return device;
  }

  /** When it forgets what was deleted. */
  public Expiry expiry() {
    return expiry;
  }

  @Override
  public CompletableFuture<Answer<Optional<ObjectRow>>> object(
      PartitionId partition, ObjectPath path, Executor executor) {
    Index index = device.index();
    return cached(
        partition,
        index.cachedObject(partition.policy(), path),
        () -> index.object(partition.policy(), path),
        executor);
  }

  @Override
  public CompletableFuture<Answer<Optional<ContainerRow>>> container(
      PartitionId partition, ContainerPath path, Executor executor) {
    Index index = device.index();
    return cached(partition, index.cachedContainer(path), () -> index.container(path), executor);
  }

  @Override
  public CompletableFuture<Answer<Optional<ContainerRow>>> account(
      PartitionId partition, String account, Executor executor) {
    Index index = device.index();
    return cached(partition, index.cachedAccount(account), () -> index.account(account), executor);
  }

  @Override
  public CompletableFuture<Answer<Listed>> listObjects(
      PartitionId partition, ContainerPath path, ListingQuery query, Executor executor) {
    Index index = device.index();
    return answer(
        partition,
        () -> new Listed(index.container(path), index.listObjects(path, query)),
        executor);
  }

  @Override
  public CompletableFuture<Answer<ListingPage<ContainerRow>>> listContainers(
      PartitionId partition, String account, ListingQuery query, Executor executor) {
    return answer(partition, () -> device.index().listContainers(account, query), executor);
  }

  @Override
  public CompletableFuture<Map<String, ListingRow>> listings(
      ContainerPath path, List<String> names, Executor executor) {
    return rows(names, name -> device.index().listing(path.object(name)), executor);
  }

  @Override
  public CompletableFuture<Map<String, ContainerRow>> entries(
      String account, List<String> containers, Executor executor) {
    return rows(
        containers,
        name -> device.index().accountEntry(new ContainerPath(account, name)),
        executor);
  }

  private <T> CompletableFuture<Map<String, T>> rows(
      List<String> names, Function<String, Optional<T>> row, Executor executor) {
    return blocking(
        () -> {
          Map<String, T> found = new HashMap<>();
          names.forEach(name -> row.apply(name).ifPresent(there -> found.put(name, there)));
          return found;
        },
        executor);
  }

  private <T> CompletableFuture<Answer<Optional<T>>> cached(
      PartitionId partition,
      Index.Cached<T> known,
      Supplier<Optional<T>> lookUp,
      Executor executor) {
    return switch (known) {
      case Index.Known<T>(Optional<T> row) ->
          CompletableFuture.completedFuture(
              new Answer<>(row, device.index().isComplete(partition)));
      case Index.NotCached<T>() -> answer(partition, lookUp, executor);
    };
  }

  private <T> CompletableFuture<Answer<T>> answer(
      PartitionId partition, Supplier<T> lookUp, Executor executor) {
    return blocking(
        () -> {
          boolean complete = device.index().isComplete(partition);
          return new Answer<>(lookUp.get(), complete);
        },
        executor);
  }

  private <T> CompletableFuture<T> blocking(Supplier<T> task, Executor executor) {
    CompletableFuture<T> future = new CompletableFuture<>();
    device
        .io()
        .execute(
            () -> {
              try {
                T value = task.get();
                executor.execute(() -> future.complete(value));
              } catch (RuntimeException e) {
                executor.execute(() -> future.completeExceptionally(e));
              }
            });
    return future;
  }

  @Override
  public CompletableFuture<Promised> promise(
      PartitionId partition, ObjectPath path, Timestamp time, Executor executor) {
    int policy = partition.policy();
    Change<Promised> change =
        view -> {
          Timestamp newest = promises.newest(view, policy, path);
          if (!time.isAfter(newest)) {
            return Change.Decision.unchanged(new Promised.Later(newest));
          }
          promises.give(policy, path, time);
          Answer<Optional<ObjectRow>> there =
              new Answer<>(view.object(policy, path), view.isComplete(partition));
          return Change.Decision.unchanged(new Promised.Given(there));
        };
    return device.commit(change, executor);
  }

  @Override
  public CompletableFuture<Verdict> write(Write write, Executor executor) {
    for (Entry entry : write.entries()) {
      if (entry instanceof Entry.PutObject(ObjectRow row)
          && row.content() instanceof Content.Inline(byte[] bytes)
          && bytes.length > Content.Inline.MAXIMUM_BYTES) {
        return place(write, row, bytes, executor);
      }
    }
    CompletableFuture<Verdict> verdict =
        device.commit(new WriteChange(write, promises, discards, expiry), executor);
    for (Entry entry : write.entries()) {
      if (entry instanceof Entry.PutListing(ObjectPath path, ListingRow row)) {
        return verdict.whenComplete((v, failure) -> listed.accept(path.containerPath()));
      }
    }
    return verdict;
  }

  /** Hears of containers whose listing may have changed, on any thread. */
  public void onListed(Consumer<ContainerPath> listener) {
    listed = listener;
  }

  /** Bytes that came with a row, but are too many to stay in it, go to a data segment first. */
  private CompletableFuture<Verdict> place(
      Write write, ObjectRow row, byte[] bytes, Executor executor) {
    Upload upload = device.upload(row.path(), OptionalLong.of(bytes.length));
    return upload
        .write(Unpooled.wrappedBuffer(bytes))
        .thenCompose(written -> upload.finish())
        .thenCompose(content -> write(withContent(write, row, content), executor))
        .whenComplete((verdict, failure) -> upload.close());
  }

  private static Write withContent(Write write, ObjectRow row, Content content) {
    List<Entry> entries = new ArrayList<>(write.entries());
    entries.replaceAll(
        entry ->
            entry instanceof Entry.PutObject(ObjectRow other) && other == row
                ? new Entry.PutObject(row.withContent(content))
                : entry);
    return new Write(write.guards(), entries);
  }

  @Override
  public CompletableFuture<List<Compared>> compare(List<Digest> digests, Executor executor) {
    return blocking(() -> digests.stream().map(this::compared).toList(), executor);
  }

  private Compared compared(Digest other) {
    PartitionRows.Summary own =
        device.index().partitionRows().summary(other.partition(), other.partPower());
    boolean complete = device.index().isComplete(other.partition());
    return new Compared(own.digest() == other.digest(), complete);
  }

  @Override
  public CompletableFuture<Exchanged> exchange(Range range, Executor executor) {
    return blocking(
        () -> {
          PartitionRows.Chunk chunk =
              device
                  .index()
                  .partitionRows()
                  .chunk(
                      range.space(),
                      range.partition(),
                      range.partPower(),
                      range.from(),
                      range.to(),
                      EXCHANGED_ROWS);
          if (Arrays.equals(chunk.upTo(), range.to()) && chunk.digest() == range.digest()) {
            return new Exchanged(true, List.of(), chunk.upTo());
          }
          List<Entry> rows = chunk.rows().stream().map(PartitionRows.Row::entry).toList();
          return new Exchanged(false, rows, chunk.upTo());
        },
        executor);
  }

  @Override
  public ReplicaUpload upload(ObjectPath path, OptionalLong length, Executor executor) {
    Upload upload = device.upload(path, length);
    return new ReplicaUpload() {
      @Override
      public CompletableFuture<Void> write(ByteBuf chunk) {
        return upload.write(chunk);
      }

      @Override
      public CompletableFuture<Content> finish() {
        return upload.finish();
      }

      @Override
      public void close() {
        upload.close();
      }
    };
  }

  @Override
  public Optional<ReplicaContent> open(ObjectRow row, Executor executor) {
    if (row.isLost()) {
      return Optional.empty();
    }
    Optional<ContentReader.Opened> opened = device.reader().open(row.content(), executor);
    if (opened.isEmpty()) {
      device.damaged(row, "its bytes are not where they were");
    }
    return opened.map(there -> new LocalContent(device, row, there));
  }

  private record LocalContent(Device device, ObjectRow row, ContentReader.Opened opened)
      implements ReplicaContent {

    @Override
    public Optional<Mono<ByteBuf>> whole(long offset, long length) {
      return opened
          .whole(offset, length)
          .map(bytes -> bytes.doOnError(StoreFailure.DamagedData.class, this::tell));
    }

    @Override
    public Flux<ByteBuf> bytes(long offset, long length) {
      return opened.bytes(offset, length).doOnError(StoreFailure.DamagedData.class, this::tell);
    }

    private void tell(StoreFailure.DamagedData failure) {
      device.damaged(row, String.valueOf(failure.getMessage()));
    }

    @Override
    public void close() {
      opened.close();
    }
  }
}
