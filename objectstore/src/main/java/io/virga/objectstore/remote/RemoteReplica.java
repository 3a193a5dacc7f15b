package io.virga.objectstore.remote;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import io.virga.dataplane.configuration.HostPort;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.peer.Body;
import io.virga.objectstore.peer.PeerFailure;
import io.virga.objectstore.peer.PeerLink;
import io.virga.objectstore.peer.PeerRequest;
import io.virga.objectstore.peer.Reply;
import io.virga.objectstore.record.BinaryReader;
import io.virga.objectstore.record.BinaryWriter;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replica.ReplicaUpload;
import io.virga.objectstore.replica.Verdict;
import io.virga.objectstore.replica.Write;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A device of another node. */
public final class RemoteReplica implements Replica {

  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final Duration COMPARISON_DEADLINE = Duration.ofMinutes(2);

  private final PeerLink link;
  private final HostPort node;
  private final String device;

  /**
   * @param node where the device's node listens
   * @param device its name there
   */
  public RemoteReplica(PeerLink link, HostPort node, String device) {
    this.link = link;
    this.node = node;
    this.device = device;
  }

  @Override
  public String name() {
    return node + "/" + device;
  }

  @Override
  public CompletableFuture<Answer<Optional<ObjectRow>>> object(
      PartitionId partition, ObjectPath path, Executor executor) {
    BinaryWriter request = Codec.path(partition.writeTo(new BinaryWriter(96)), path);
    return ask(Operation.OBJECT, request, answer(Codec::objectRow), executor);
  }

  @Override
  public CompletableFuture<Answer<Optional<ContainerRow>>> container(
      PartitionId partition, ContainerPath path, Executor executor) {
    BinaryWriter request = Codec.path(partition.writeTo(new BinaryWriter(96)), path);
    return ask(Operation.CONTAINER, request, answer(RemoteReplica::row), executor);
  }

  @Override
  public CompletableFuture<Answer<Optional<ContainerRow>>> account(
      PartitionId partition, String account, Executor executor) {
    BinaryWriter request = partition.writeTo(new BinaryWriter(96)).text(account);
    return ask(Operation.ACCOUNT, request, answer(RemoteReplica::row), executor);
  }

  private static Optional<ContainerRow> row(BinaryReader in) {
    return Codec.optional(in, ContainerRow::readFrom);
  }

  @Override
  public CompletableFuture<Answer<Listed>> listObjects(
      PartitionId partition, ContainerPath path, ListingQuery query, Executor executor) {
    BinaryWriter request = Codec.path(partition.writeTo(new BinaryWriter(128)), path);
    return ask(
        Operation.LIST_OBJECTS, Codec.query(request, query), answer(Codec::listed), executor);
  }

  @Override
  public CompletableFuture<Answer<ListingPage<ContainerRow>>> listContainers(
      PartitionId partition, String account, ListingQuery query, Executor executor) {
    BinaryWriter request = partition.writeTo(new BinaryWriter(128)).text(account);
    return ask(
        Operation.LIST_CONTAINERS,
        Codec.query(request, query),
        answer(in -> Codec.page(in, ContainerRow::readFrom)),
        executor);
  }

  @Override
  public CompletableFuture<Map<String, ListingRow>> listings(
      ContainerPath path, List<String> names, Executor executor) {
    BinaryWriter request = Codec.names(Codec.path(new BinaryWriter(256), path), names);
    return ask(Operation.LISTINGS, request, in -> Codec.rows(in, ListingRow::readFrom), executor);
  }

  @Override
  public CompletableFuture<Map<String, ContainerRow>> entries(
      String account, List<String> containers, Executor executor) {
    BinaryWriter request = Codec.names(new BinaryWriter(256).text(account), containers);
    return ask(Operation.ENTRIES, request, in -> Codec.rows(in, ContainerRow::readFrom), executor);
  }

  @Override
  public CompletableFuture<Promised> promise(
      PartitionId partition, ObjectPath path, Timestamp time, Executor executor) {
    BinaryWriter request = Codec.path(partition.writeTo(new BinaryWriter(96)), path);
    return ask(Operation.PROMISE, request.u64(time.micros()), Codec::promised, executor);
  }

  @Override
  public CompletableFuture<Verdict> write(Write write, Executor executor) {
    BinaryWriter request = new BinaryWriter(1024);
    Codec.write(request, write);
    return ask(Operation.WRITE, request, Codec::verdict, executor);
  }

  @Override
  public CompletableFuture<List<Compared>> compare(List<Digest> digests, Executor executor) {
    BinaryWriter request = SyncCodec.digests(new BinaryWriter(1024), digests);
    return ask(Operation.COMPARE, request, SyncCodec::compared, executor);
  }

  @Override
  public CompletableFuture<Exchanged> exchange(Range range, Executor executor) {
    BinaryWriter request = SyncCodec.range(new BinaryWriter(128), range);
    return ask(Operation.EXCHANGE, request, SyncCodec::exchanged, executor);
  }

  @Override
  public ReplicaUpload upload(ObjectPath path, OptionalLong length, Executor executor) {
    return new RemoteUpload(this, path, length, executor);
  }

  @Override
  public Optional<ReplicaContent> open(ObjectRow row, Executor executor) {
    if (row.isLost()) {
      return Optional.empty();
    }
    return Optional.of(
        row.content() instanceof Content.Inline(byte[] bytes)
            ? new InlineContent(bytes)
            : new RemoteContent(this, row));
  }

  private static <T> Function<BinaryReader, Answer<T>> answer(Function<BinaryReader, T> row) {
    return in -> {
      boolean complete = in.u8() != 0;
      return new Answer<>(row.apply(in), complete);
    };
  }

  /** Asks what is answered at once; the answer is read on the executor. */
  <T> CompletableFuture<T> ask(
      Operation operation,
      BinaryWriter request,
      Function<BinaryReader, T> read,
      Executor executor) {
    CompletableFuture<T> future = new CompletableFuture<>();
    Body body = Body.of(Unpooled.wrappedBuffer(request.toBytes()));
    start(
        operation,
        new BinaryWriter(16),
        body,
        new PeerLink.Listener() {
          @Override
          public void replied(Reply reply) {
            Bytes.collect(reply.body())
                .subscribe(
                    bytes -> on(executor, () -> complete(future, reply, bytes, read)),
                    failure -> failed(unavailable(failure)));
          }

          @Override
          public void failed(PeerFailure failure) {
            failed(unavailable(failure));
          }

          private void failed(StoreFailure failure) {
            on(executor, () -> future.completeExceptionally(failure));
          }
        });
    return future;
  }

  private <T> void complete(
      CompletableFuture<T> future, Reply reply, byte[] bytes, Function<BinaryReader, T> read) {
    Status status = Status.of(reply.status());
    if (status != Status.OK) {
      String why = new String(reply.header(), StandardCharsets.UTF_8);
      future.completeExceptionally(status.failure(name(), why));
      return;
    }
    BinaryReader in = new BinaryReader(bytes);
    T value = read.apply(in);
    if (in.isMalformed()) {
      future.completeExceptionally(
          new StoreFailure.Unavailable(name() + " answered what cannot be understood"));
    } else {
      future.complete(value);
    }
  }

  /** Begins a call whose answer may be long. */
  PeerLink.Started start(
      Operation operation, BinaryWriter request, Body body, PeerLink.Listener listener) {
    BinaryWriter header = new BinaryWriter(64).text(device).raw(request.toBytes());
    return link.start(
        node,
        new PeerRequest(operation.ordinal(), header.toBytes(), body, deadline(operation)),
        listener);
  }

  /** How long a node may keep a call waiting; to compare it reads many rows. */
  private static Duration deadline(Operation operation) {
    return switch (operation) {
      case COMPARE, EXCHANGE -> COMPARISON_DEADLINE;
      default -> DEADLINE;
    };
  }

  StoreFailure unavailable(Throwable failure) {
    StoreFailure.Unavailable unavailable =
        new StoreFailure.Unavailable(name() + ": " + failure.getMessage());
    unavailable.addSuppressed(failure);
    return unavailable;
  }

  static void on(Executor executor, Runnable task) {
    if (executor instanceof EventExecutor loop && loop.inEventLoop()) {
      task.run();
    } else {
      executor.execute(task);
    }
  }

  private record InlineContent(byte[] bytes) implements ReplicaContent {

    @Override
    public Optional<Mono<ByteBuf>> whole(long offset, long length) {
      return Optional.of(
          Mono.fromSupplier(() -> Unpooled.wrappedBuffer(bytes, (int) offset, (int) length)));
    }

    @Override
    public Flux<ByteBuf> bytes(long offset, long length) {
      return Flux.just(Unpooled.wrappedBuffer(bytes, (int) offset, (int) length));
    }

    @Override
    public void close() {}
  }
}
