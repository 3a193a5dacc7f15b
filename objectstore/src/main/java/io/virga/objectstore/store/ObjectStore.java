package io.virga.objectstore.store;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import io.virga.dataplane.digest.Md5Streams;
import io.virga.objectstore.cluster.HybridClock;
import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.cluster.Topology;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.Replica.ReplicaContent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Accounts, containers and objects, wherever the ring has put them. Every result is of what is
 * durable at a majority of replicas. Failures that are not the client's are {@link
 * io.virga.objectstore.failure.StoreFailure}s. Results come on the executor that the subscriber's
 * context names by {@link #EXECUTOR}, which runs one task at a time, or on a thread of the store's.
 */
public final class ObjectStore implements AutoCloseable {

  /** The key of the context's {@link Executor}. */
  public static final Object EXECUTOR = ObjectStore.class;

  private final ScheduledExecutorService thread;
  private final Md5Streams md5 = Md5Streams.create();
  private final Parts parts;

  public ObjectStore(Topology topology, HybridClock clock) {
    this(
        topology,
        clock,
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("object-store").daemon().factory()),
        bound -> ThreadLocalRandom.current().nextInt(bound));
  }

  /**
   * A store with a thread and chance of its caller's.
   *
   * @param thread ends with the store
   * @param random a number below a bound
   */
  public ObjectStore(
      Topology topology,
      HybridClock clock,
      ScheduledExecutorService thread,
      IntUnaryOperator random) {
    this.thread = thread;
    this.parts =
        new Parts(topology, clock, new PendingListings(thread), new Pauses(thread, random));
  }

  /** What the operations share. */
  record Parts(Topology topology, HybridClock clock, PendingListings pending, Pauses pauses) {}

  public Mono<Optional<ContainerRow>> account(String account) {
    return on(executor -> containers(executor).account(account))
        .map(row -> row.filter(ContainerRow::isLive));
  }

  public Mono<Optional<ContainerRow>> container(ContainerPath path) {
    return on(executor -> containers(executor).container(path))
        .map(row -> row.filter(ContainerRow::isLive));
  }

  /** The object, if it is there. */
  public Mono<Optional<ObjectRow>> object(ObjectPath path) {
    return on(executor -> new ObjectReader(parts, executor).find(path))
        .map(found -> found.row().filter(row -> !row.deleted()));
  }

  public Mono<ListingPage<ContainerRow>> listContainers(String account, ListingQuery query) {
    return on(executor -> new Listings(parts, executor).containers(account, query));
  }

  /** A container and what it lists. */
  public record Listing(ContainerRow container, ListingPage<ListingRow> page) {}

  /** Part of a container's listing; empty if there is no container. */
  public Mono<Optional<Listing>> listObjects(ContainerPath path, ListingQuery query) {
    return on(executor -> new Listings(parts, executor).objects(path, query));
  }

  /** Makes the account, or changes its metadata; true if it is new. */
  public Mono<Result<Boolean>> putAccount(
      String account, UnaryOperator<Map<String, String>> metadata) {
    return on(executor -> containers(executor).putAccount(account, metadata));
  }

  /**
   * Makes the container, of the default policy, or changes its metadata; true if it is new.
   *
   * @param mustBeNew refuse if it is there
   */
  public Mono<Result<Boolean>> putContainer(
      ContainerPath path, UnaryOperator<Map<String, String>> metadata, boolean mustBeNew) {
    return on(executor -> containers(executor).put(path, OptionalInt.empty(), metadata, mustBeNew));
  }

  /**
   * Makes the container of a policy, or changes its metadata; refused if it is there with another
   * policy.
   */
  public Mono<Result<Boolean>> putContainer(
      ContainerPath path,
      int policy,
      UnaryOperator<Map<String, String>> metadata,
      boolean mustBeNew) {
    return on(
        executor -> containers(executor).put(path, OptionalInt.of(policy), metadata, mustBeNew));
  }

  /**
   * Makes a container that holds what belongs to another one, of the same policy; false if there is
   * no such other one. What is left of one with another policy keeps it until it is empty.
   */
  public Mono<Boolean> putHidden(ContainerPath hidden, ContainerPath owner) {
    return container(owner)
        .flatMap(
            row ->
                row.isEmpty()
                    ? Mono.just(false)
                    : putHidden(hidden, row.get().policy()).thenReturn(true));
  }

  private Mono<Result<Boolean>> putHidden(ContainerPath hidden, int policy) {
    Mono<Result<Boolean>> put = putContainer(hidden, policy, before -> before, false);
    return put.flatMap(
        result ->
            result.equals(Result.refused(Result.Refusal.OTHER_POLICY))
                ? deleteContainer(hidden).then(put)
                : Mono.just(result));
  }

  /** Changes the metadata of a container. */
  public Mono<Result<Boolean>> updateContainer(
      ContainerPath path, UnaryOperator<Map<String, String>> metadata) {
    return on(executor -> containers(executor).update(path, metadata));
  }

  /** Deletes a container that is empty. */
  public Mono<Result<Boolean>> deleteContainer(ContainerPath path) {
    return on(executor -> containers(executor).delete(path));
  }

  /**
   * Takes the bytes of an object and hands them on; what then is not put is dropped again.
   *
   * @param body buffers that are released here; cancelled when it is too much for the devices
   * @param then puts the object, or refuses it
   */
  public <T> Mono<T> receive(
      ObjectPath path, OptionalLong length, Flux<ByteBuf> body, Function<Received, Mono<T>> then) {
    return Mono.deferContextual(
        context -> {
          Executor executor = executor(context);
          return result(start(same -> policy(path, same), executor))
              .flatMap(
                  policy ->
                      Mono.using(
                          () -> begin(policy, path, length, executor),
                          upload ->
                              new Receiver(upload, md5.begin(length, executor))
                                  .receive(body)
                                  .flatMap(then),
                          Upload::close));
        });
  }

  private Upload begin(int policy, ObjectPath path, OptionalLong length, Executor executor) {
    return Upload.begin(parts.topology().object(policy, path), path, length, executor);
  }

  /** Puts an object whose bytes have been received, in the function given to {@link #receive}. */
  public Mono<Result<ObjectRow>> put(
      ObjectPath path, NewObject object, Staged content, Condition condition) {
    return write(path, policy -> ObjectWrite.put(policy, path, object, content, condition))
        .flatMap(
            result ->
                result instanceof Result.Done<ObjectRow> && object.finishedUpload().isPresent()
                    ? delete(object.finishedUpload().get(), Condition.NONE).thenReturn(result)
                    : Mono.just(result));
  }

  /** Deletes an object. */
  public Mono<Result<ObjectRow>> delete(ObjectPath path, Condition condition) {
    return write(path, policy -> ObjectWrite.delete(policy, path, condition, List.of()));
  }

  /** Forgets a multipart upload and its parts. */
  public Mono<Result<ObjectRow>> abort(
      ContainerPath container, ObjectPath upload, String uploadId) {
    return write(
        upload,
        policy ->
            ObjectWrite.delete(
                policy,
                upload,
                Condition.NONE,
                List.of(SystemMetadata.partsGarbage(container, uploadId))));
  }

  private Mono<Result<ObjectRow>> write(ObjectPath path, Function<Integer, ObjectWrite> write) {
    return on(
        executor ->
            policy(path, executor)
                .thenCompose(
                    policy -> new ObjectWriter(parts, write.apply(policy), executor).run()));
  }

  /**
   * Changes content type and metadata of an object; all else of the returned row is not looked at.
   */
  public Mono<Result<ObjectRow>> update(ObjectPath path, UnaryOperator<ObjectRow> change) {
    return on(
        executor ->
            policy(path, executor)
                .thenCompose(
                    policy -> new MetadataWriter(parts, policy, path, change, executor).run()));
  }

  /** An object whose bytes stay readable until it is closed. */
  public record Open(ObjectRow row, ReplicaContent content) implements AutoCloseable {

    @Override
    public void close() {
      content.close();
    }
  }

  /** Opens an object for reading; whoever gets it closes it. */
  public Mono<Optional<Open>> open(ObjectPath path) {
    return on(executor -> new ObjectReader(parts, executor).open(path));
  }

  /** Of objects of a container those whose writes it has heard of. */
  Mono<List<ObjectRow>> heardOf(ContainerPath container, List<ObjectRow> rows) {
    return on(executor -> new HeardListings(parts, executor).of(container, rows));
  }

  /** Tells the object's container again what it may not have heard; false if that did not do. */
  Mono<Boolean> tellAgain(ObjectRow row) {
    return on(
        executor -> {
          Slots objects = parts.topology().object(row.policy(), row.path());
          return new ContainerSide(parts, row.path(), objects, executor).tellOrUndo(row);
        });
  }

  /** Later than this is what was written after now. */
  Timestamp now() {
    return parts.clock().now();
  }

  private CompletableFuture<Integer> policy(ObjectPath path, Executor executor) {
    return new ObjectReader(parts, executor).policy(path);
  }

  private Containers containers(Executor executor) {
    return new Containers(parts, executor);
  }

  private <T> Mono<T> on(Function<Executor, CompletableFuture<T>> task) {
    return Mono.deferContextual(context -> result(start(task, executor(context))));
  }

  /** What is known at once, as most look-ups are, needs nobody who waits for it. */
  private static <T> Mono<T> result(CompletableFuture<T> future) {
    return future.state() == Future.State.SUCCESS
        ? Mono.justOrEmpty(future.resultNow())
        : Mono.fromFuture(future, true);
  }

  private Executor executor(ContextView context) {
    return context.<Executor>getOrEmpty(EXECUTOR).orElse(thread);
  }

  /** What follows an answer runs where the answer comes; so must the question. */
  private static <T> CompletableFuture<T> start(
      Function<Executor, CompletableFuture<T>> task, Executor executor) {
    if (executor instanceof EventExecutor loop && loop.inEventLoop()) {
      return task.apply(executor);
    }
    return CompletableFuture.supplyAsync(() -> task.apply(executor), executor)
        .thenCompose(future -> future);
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      thread.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
