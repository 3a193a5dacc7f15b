package io.virga.objectstore.remote;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.peer.Answer;
import io.virga.objectstore.peer.Body;
import io.virga.objectstore.peer.Call;
import io.virga.objectstore.peer.PeerService;
import io.virga.objectstore.record.BinaryReader;
import io.virga.objectstore.record.BinaryWriter;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.LocalReplica;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replica.ReplicaUpload;
import io.virga.objectstore.replica.Write;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Answers peers with this node's devices. */
public final class ReplicaService implements PeerService, AutoCloseable {

  private static final Executor ANYWHERE = Runnable::run;

  private final Map<String, LocalReplica> replicas;
  private final StagedUploads staged = new StagedUploads();

  /**
   * @param replicas by the names of the devices
   */
  public ReplicaService(Map<String, LocalReplica> replicas) {
    this.replicas = Map.copyOf(replicas);
  }

  @Override
  public Mono<Answer> handle(Call call) {
    BinaryReader header = new BinaryReader(call.header());
    String device = header.text();
    LocalReplica replica = replicas.get(device);
    if (!Operation.isKnown(call.opcode()) || header.isMalformed()) {
      return Mono.just(failed(Status.MALFORMED, "opcode " + call.opcode() + " is not known"));
    }
    if (replica == null) {
      return Mono.just(failed(Status.UNAVAILABLE, "this node has no device " + device));
    }
    Operation operation = Operation.of(call.opcode());
    return Mono.defer(() -> answer(replica, operation, header, call.body()))
        .onErrorResume(failure -> Mono.just(failed(failure)));
  }

  private Mono<Answer> answer(
      LocalReplica replica, Operation operation, BinaryReader header, Flux<ByteBuf> body) {
    return switch (operation) {
      case STAGE -> stage(replica, header, body);
      case READ -> read(replica, header);
      default -> Bytes.collect(body).flatMap(bytes -> small(replica, operation, bytes));
    };
  }

  private Mono<Answer> small(LocalReplica replica, Operation operation, byte[] bytes) {
    BinaryReader in = new BinaryReader(bytes);
    BinaryWriter out = new BinaryWriter(256);
    CompletableFuture<BinaryWriter> done =
        switch (operation) {
          case OBJECT -> object(replica, in, out);
          case CONTAINER ->
              answered(
                  replica.container(PartitionId.readFrom(in), Codec.containerPath(in), ANYWHERE),
                  out,
                  ReplicaService::container);
          case ACCOUNT ->
              answered(
                  replica.account(PartitionId.readFrom(in), in.text(), ANYWHERE),
                  out,
                  ReplicaService::container);
          case LIST_OBJECTS -> listObjects(replica, in, out);
          case LIST_CONTAINERS -> listContainers(replica, in, out);
          case LISTINGS ->
              replica
                  .listings(Codec.containerPath(in), Codec.names(in), ANYWHERE)
                  .thenApply(rows -> then(out, o -> Codec.rows(o, rows, ListingRow::writeTo)));
          case ENTRIES ->
              replica
                  .entries(in.text(), Codec.names(in), ANYWHERE)
                  .thenApply(rows -> then(out, o -> Codec.rows(o, rows, ContainerRow::writeTo)));
          case PROMISE -> promise(replica, in, out);
          case WRITE -> write(replica, in, out);
          case COMPARE ->
              replica
                  .compare(SyncCodec.digests(in), ANYWHERE)
                  .thenApply(compared -> then(out, o -> SyncCodec.compared(compared, o)));
          case EXCHANGE -> exchange(replica, in, out);
          case UNSTAGE -> {
            staged.drop(in.u64());
            yield CompletableFuture.completedFuture(out);
          }
          case STAGE, READ -> throw new IllegalStateException(operation + " has a body");
        };
    if (in.isMalformed()) {
      return Mono.just(failed(Status.MALFORMED, operation + " cannot be understood"));
    }
    return Mono.fromFuture(done, true).map(ReplicaService::ok);
  }

  private static BinaryWriter then(BinaryWriter out, Consumer<BinaryWriter> write) {
    write.accept(out);
    return out;
  }

  private static <T> CompletableFuture<BinaryWriter> answered(
      CompletableFuture<Replica.Answer<T>> answer,
      BinaryWriter out,
      BiConsumer<T, BinaryWriter> write) {
    return answer.thenApply(
        given -> {
          out.u8(given.complete() ? 1 : 0);
          write.accept(given.row(), out);
          return out;
        });
  }

  private static void container(Optional<ContainerRow> row, BinaryWriter out) {
    Codec.optional(out, row, ContainerRow::writeTo);
  }

  private static CompletableFuture<BinaryWriter> object(
      LocalReplica replica, BinaryReader in, BinaryWriter out) {
    return answered(
        replica.object(PartitionId.readFrom(in), Codec.objectPath(in), ANYWHERE),
        out,
        (row, o) -> Codec.optional(o, row.map(ReplicaService::abroad), ObjectRow::writeTo));
  }

  /** Where bytes are on a device is nobody else's business. */
  private static ObjectRow abroad(ObjectRow row) {
    return row.content() instanceof Content.Inline || row.isLost()
        ? row
        : row.withContent(new Content.Elsewhere());
  }

  private static CompletableFuture<BinaryWriter> listObjects(
      LocalReplica replica, BinaryReader in, BinaryWriter out) {
    PartitionId partition = PartitionId.readFrom(in);
    ContainerPath path = Codec.containerPath(in);
    ListingQuery query = Codec.query(in);
    return answered(replica.listObjects(partition, path, query, ANYWHERE), out, Codec::listed);
  }

  private static CompletableFuture<BinaryWriter> listContainers(
      LocalReplica replica, BinaryReader in, BinaryWriter out) {
    PartitionId partition = PartitionId.readFrom(in);
    String account = in.text();
    ListingQuery query = Codec.query(in);
    return answered(
        replica.listContainers(partition, account, query, ANYWHERE),
        out,
        (page, o) -> Codec.page(o, page, ContainerRow::writeTo));
  }

  private static CompletableFuture<BinaryWriter> promise(
      LocalReplica replica, BinaryReader in, BinaryWriter out) {
    PartitionId partition = PartitionId.readFrom(in);
    ObjectPath path = Codec.objectPath(in);
    Timestamp time = Codec.time(in);
    return replica
        .promise(partition, path, time, ANYWHERE)
        .thenApply(promised -> then(out, o -> Codec.promised(abroad(promised), o)));
  }

  private static Replica.Promised abroad(Replica.Promised promised) {
    return promised instanceof Replica.Promised.Given(var there)
        ? new Replica.Promised.Given(
            new Replica.Answer<>(there.row().map(ReplicaService::abroad), there.complete()))
        : promised;
  }

  private static CompletableFuture<BinaryWriter> exchange(
      LocalReplica replica, BinaryReader in, BinaryWriter out) {
    Replica.Range range = SyncCodec.range(in);
    if (in.isMalformed()) {
      return CompletableFuture.completedFuture(out);
    }
    return replica
        .exchange(range, ANYWHERE)
        .thenApply(exchanged -> then(out, o -> SyncCodec.exchanged(exchanged, o)));
  }

  private CompletableFuture<BinaryWriter> write(
      LocalReplica replica, BinaryReader in, BinaryWriter out) {
    Write write = Codec.write(in);
    if (in.isMalformed()) {
      return CompletableFuture.completedFuture(out);
    }
    List<Entry> entries = write.entries().stream().map(this::placed).toList();
    return replica
        .write(new Write(write.guards(), entries), ANYWHERE)
        .thenApply(verdict -> then(out, o -> Codec.verdict(verdict, o)));
  }

  private Entry placed(Entry entry) {
    if (entry instanceof Entry.PutObject(ObjectRow row)
        && row.content() instanceof Content.Staged(long token)) {
      Content content =
          staged
              .content(token)
              .orElseThrow(
                  () -> new StoreFailure.Unavailable("the bytes of " + row.path() + " are gone"));
      return new Entry.PutObject(row.withContent(content));
    }
    return entry;
  }

  private Mono<Answer> stage(LocalReplica replica, BinaryReader header, Flux<ByteBuf> body) {
    ObjectPath path = Codec.objectPath(header);
    boolean known = header.u8() != 0;
    long length = header.varint();
    OptionalLong expected = known ? OptionalLong.of(length) : OptionalLong.empty();
    if (header.isMalformed()) {
      return Mono.just(failed(Status.MALFORMED, "STAGE cannot be understood"));
    }
    return Mono.defer(
        () -> {
          ReplicaUpload upload = replica.upload(path, expected, ANYWHERE);
          return body.concatMap(chunk -> Mono.fromFuture(upload.write(chunk), true), 1)
              .doOnDiscard(ByteBuf.class, ByteBuf::release)
              .then(Mono.defer(() -> Mono.fromFuture(upload.finish(), true)))
              .map(content -> staged.keep(upload, content))
              .map(token -> new Answer(Status.OK.ordinal(), token(token)))
              .doOnError(failure -> upload.close())
              .doOnCancel(upload::close);
        });
  }

  private static byte[] token(long token) {
    return new BinaryWriter(8).u64(token).toBytes();
  }

  private static Mono<Answer> read(LocalReplica replica, BinaryReader header) {
    PartitionId anywhere = new PartitionId(PartitionId.Kind.OBJECT, (int) header.varint(), 0);
    ObjectPath path = Codec.objectPath(header);
    Timestamp time = Codec.time(header);
    String etag = header.text();
    long offset = header.varint();
    long length = header.varint();
    if (header.isMalformed() || offset < 0 || length < 0) {
      return Mono.just(failed(Status.MALFORMED, "READ cannot be understood"));
    }
    return Mono.fromFuture(() -> replica.object(anywhere, path, ANYWHERE))
        .map(
            answer -> {
              Optional<ObjectRow> row =
                  answer.row().filter(r -> r.timestamp().equals(time) && r.etag().equals(etag));
              if (row.isEmpty() || row.get().sizeBytes() - offset < length) {
                return failed(Status.GONE, path + " is not there as it was");
              }
              return replica
                  .open(row.get(), ANYWHERE)
                  .map(content -> content(content, offset, length))
                  .orElseGet(() -> failed(Status.GONE, "the bytes of " + path + " moved"));
            });
  }

  private static Answer content(Replica.ReplicaContent content, long offset, long length) {
    Flux<ByteBuf> bytes = content.bytes(offset, length).doFinally(signal -> content.close());
    return new Answer(Status.OK.ordinal(), new byte[0], Body.of(bytes));
  }

  private static Answer ok(BinaryWriter out) {
    return new Answer(
        Status.OK.ordinal(), new byte[0], Body.of(Unpooled.wrappedBuffer(out.toBytes())));
  }

  private static Answer failed(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return failed(Status.of(cause), String.valueOf(cause.getMessage()));
  }

  private static Answer failed(Status status, String why) {
    return new Answer(status.ordinal(), why.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    staged.close();
  }
}
