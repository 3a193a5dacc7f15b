package io.virga.objectstore.replica;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.index.Space;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.record.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A device of the ring, wherever it is. No method blocks; every future is completed on the executor
 * that was given, and fails with a {@link io.virga.objectstore.failure.StoreFailure} when the
 * replica cannot answer.
 */
public interface Replica {

  /**
   * What a replica knows.
   *
   * @param row what it has, tombstones too
   * @param complete whether it has all of the partition, so that nothing means nothing
   */
  record Answer<T>(T row, boolean complete) {}

  /** A container and part of what it lists. */
  record Listed(Optional<ContainerRow> container, ListingPage<ListingRow> page) {}

  /** The device's name in the ring, for messages. */
  String name();

  /** An object's row; its content says where the bytes are only if the device is this node's. */
  CompletableFuture<Answer<Optional<ObjectRow>>> object(
      PartitionId partition, ObjectPath path, Executor executor);

  CompletableFuture<Answer<Optional<ContainerRow>>> container(
      PartitionId partition, ContainerPath path, Executor executor);

  CompletableFuture<Answer<Optional<ContainerRow>>> account(
      PartitionId partition, String account, Executor executor);

  CompletableFuture<Answer<Listed>> listObjects(
      PartitionId partition, ContainerPath path, ListingQuery query, Executor executor);

  CompletableFuture<Answer<ListingPage<ContainerRow>>> listContainers(
      PartitionId partition, String account, ListingQuery query, Executor executor);

  /** The listing rows of these names, tombstones too, as far as there are any. */
  CompletableFuture<Map<String, ListingRow>> listings(
      ContainerPath path, List<String> names, Executor executor);

  /** The account's rows of these containers, of those deleted too, as far as there are any. */
  CompletableFuture<Map<String, ContainerRow>> entries(
      String account, List<String> containers, Executor executor);

  /**
   * Promises to refuse writes of an object that are older than a time, and says what is there in
   * the same moment.
   */
  CompletableFuture<Promised> promise(
      PartitionId partition, ObjectPath path, Timestamp time, Executor executor);

  /** What came of asking for a promise. */
  sealed interface Promised {

    /** It is given. */
    record Given(Answer<Optional<ObjectRow>> object) implements Promised {}

    /** Something as late, or later, has been promised or written. */
    record Later(Timestamp time) implements Promised {}
  }

  /** All the entries take effect, durably, or none does. */
  CompletableFuture<Verdict> write(Write write, Executor executor);

  /** Compares whole partitions: for each, whether it is the same here, and complete. */
  CompletableFuture<List<Compared>> compare(List<Digest> digests, Executor executor);

  /** Compares some rows of a partition, and gives those that are here if they are not the same. */
  CompletableFuture<Exchanged> exchange(Range range, Executor executor);

  /** What a replica has of a partition. */
  record Digest(PartitionId partition, int partPower, long digest) {}

  /** How a partition is elsewhere. */
  record Compared(boolean same, boolean complete) {}

  /**
   * Rows of a partition.
   *
   * @param from the first key; empty for the beginning
   * @param to behind the last key; empty for the end
   * @param digest what the asker has there
   */
  record Range(
      PartitionId partition, int partPower, Space space, byte[] from, byte[] to, long digest) {}

  /**
   * What is at the other replica.
   *
   * @param rows none if all is the same
   * @param upTo up to before which key this is everything
   */
  record Exchanged(boolean same, List<Entry> rows, byte[] upTo) {}

  /** Begins to take the bytes of an object, which a {@link #write} is to name. */
  ReplicaUpload upload(ObjectPath path, OptionalLong length, Executor executor);

  /**
   * Opens the bytes of the very row that this replica gave; closed by whoever gets them.
   *
   * @param executor an event loop reads them itself and gets them; any other executor is not used,
   *     and they come on a thread of the replica's
   * @return empty if they were moved or replaced in between: look the row up again
   */
  Optional<ReplicaContent> open(ObjectRow row, Executor executor);

  /** Bytes of an object at a replica. */
  interface ReplicaContent extends AutoCloseable {

    /**
     * The bytes as one buffer that the subscriber releases, if they are few enough. Subscribe once.
     */
    Optional<Mono<ByteBuf>> whole(long offset, long length);

    /** The bytes, as buffers that the subscriber releases. Subscribe once. */
    Flux<ByteBuf> bytes(long offset, long length);

    @Override
    void close();
  }
}
