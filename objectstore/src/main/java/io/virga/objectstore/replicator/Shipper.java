package io.virga.objectstore.replicator;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replica.Replica.ReplicaContent;
import io.virga.objectstore.replica.ReplicaUpload;
import io.virga.objectstore.replica.Verdict;
import io.virga.objectstore.replica.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Brings rows, and the bytes of objects, from one replica to another. Blocks. */
final class Shipper {

  private static final Executor ANYWHERE = Runnable::run;
  private static final int OBJECTS_AT_ONCE = 8;
  private static final int ROWS_AT_ONCE = 500;

  private final Throttle throttle;

  Shipper(Throttle throttle) {
    this.throttle = throttle;
  }

  /**
   * Brings rows.
   *
   * @return how many objects had bytes
   */
  long ship(PartitionId partition, List<Entry> rows, Replica from, Replica to) {
    List<Entry> small = new ArrayList<>();
    List<ObjectRow> objects = new ArrayList<>();
    for (Entry row : rows) {
      if (row instanceof Entry.PutObject(ObjectRow object) && !object.deleted()) {
        if (!object.isLost()) {
          objects.add(object);
        }
      } else {
        small.add(row);
      }
    }
    for (int at = 0; at < small.size(); at += ROWS_AT_ONCE) {
      List<Entry> entries = new ArrayList<>();
      for (Entry row : small.subList(at, Math.min(small.size(), at + ROWS_AT_ONCE))) {
        entries.addAll(
            row instanceof Entry.PutObject(ObjectRow gone) ? Write.copied(gone) : List.of(row));
      }
      to.write(Write.of(entries), ANYWHERE).join();
    }
    for (int at = 0; at < objects.size(); at += OBJECTS_AT_ONCE) {
      List<ObjectRow> some = objects.subList(at, Math.min(objects.size(), at + OBJECTS_AT_ONCE));
      throttle.take(some.stream().mapToLong(ObjectRow::sizeBytes).sum());
      Flux.fromIterable(some).flatMap(row -> copy(partition, row, from, to)).blockLast();
    }
    return objects.size();
  }

  private Mono<Verdict> copy(PartitionId partition, ObjectRow row, Replica from, Replica to) {
    return Mono.fromFuture(() -> from.object(partition, row.path(), ANYWHERE), true)
        .flatMap(
            answer -> {
              Optional<ObjectRow> there = answer.row();
              if (there.isEmpty() || there.get().deleted() || there.get().isLost()) {
                return Mono.empty();
              }
              return Mono.using(
                  () -> open(from, there.get()),
                  content -> copy(there.get(), content, to),
                  ReplicaContent::close);
            });
  }

  private static ReplicaContent open(Replica from, ObjectRow row) {
    return from.open(row, ANYWHERE)
        .orElseThrow(() -> new StoreFailure.DamagedData("the bytes of " + row.path() + " moved"));
  }

  private Mono<Verdict> copy(ObjectRow row, ReplicaContent content, Replica to) {
    return Mono.using(
        () -> to.upload(row.path(), OptionalLong.of(row.sizeBytes()), ANYWHERE),
        upload ->
            content
                .bytes(0, row.sizeBytes())
                .concatMap(chunk -> Mono.fromFuture(upload.write(chunk), true), 1)
                .doOnDiscard(ByteBuf.class, ByteBuf::release)
                .then(Mono.defer(() -> Mono.fromFuture(upload.finish(), true)))
                .flatMap(
                    placed -> {
                      Write write = Write.of(Write.copied(row.withContent(placed)));
                      return Mono.fromFuture(to.write(write, ANYWHERE), true);
                    }),
        ReplicaUpload::close);
  }
}
