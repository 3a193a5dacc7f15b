package io.virga.objectstore.store;

import io.virga.objectstore.cluster.HybridClock;
import io.virga.objectstore.cluster.QuorumRead;
import io.virga.objectstore.cluster.QuorumWrite;
import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.cluster.Topology;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.Verdict;
import io.virga.objectstore.replica.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/**
 * Gives an object other metadata and leaves its bytes where they are. Look → Write, and again from
 * the beginning when another write came in between. Runs on one thread.
 */
final class MetadataWriter {

  private static final int MAXIMUM_ATTEMPTS = 20;

  private final HybridClock clock;
  private final PendingListings pending;
  private final ObjectPath path;
  private final UnaryOperator<ObjectRow> change;
  private final Executor executor;
  private final Slots objects;
  private final Slots containers;
  private int attempts;

  MetadataWriter(
      ObjectStore.Parts parts,
      int policy,
      ObjectPath path,
      UnaryOperator<ObjectRow> change,
      Executor executor) {
    Topology topology = parts.topology();
    this.clock = parts.clock();
    this.pending = parts.pending();
    this.path = path;
    this.change = change;
    this.executor = executor;
    this.objects = topology.object(policy, path);
    this.containers = topology.container(path.containerPath());
  }

  CompletableFuture<Result<ObjectRow>> run() {
    attempts++;
    if (attempts > MAXIMUM_ATTEMPTS) {
      throw new StoreFailure.Overloaded("other writes of " + path + " came in between");
    }
    return QuorumRead.ask(objects, replica -> replica.object(objects.partition(), path, executor))
        .thenCompose(
            answers -> {
              Optional<ObjectRow> row = Rows.newest(answers).filter(r -> !r.deleted());
              return row.isPresent()
                  ? write(row.get())
                  : CompletableFuture.completedFuture(Result.refused(Result.Refusal.NO_OBJECT));
            });
  }

  private CompletableFuture<Result<ObjectRow>> write(ObjectRow there) {
    Timestamp time = clock.after(there.metadataTimestamp());
    ObjectRow wanted = change.apply(there);
    ObjectRow row =
        there
            .withMetadata(time, wanted.contentType(), wanted.metadata())
            .withContent(new Content.Elsewhere());
    Entry listing = new Entry.PutListing(path, SystemMetadata.listingRow(row));
    boolean joint = objects.isWith(containers);
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry.PutObject(row));
    entries.add(joint ? listing : new Entry.PutPending(row.policy(), path, time));
    Write.Guard same = new Write.SameData(row.policy(), path, there.timestamp(), time);
    return QuorumWrite.write(objects, new Write(List.of(same), entries), executor)
        .thenCompose(
            verdict -> {
              if (!(verdict instanceof Verdict.Accepted)) {
                return run();
              }
              return joint ? done(row) : list(listing, row);
            });
  }

  private CompletableFuture<Result<ObjectRow>> list(Entry listing, ObjectRow row) {
    return QuorumWrite.write(containers, Write.of(List.of(listing)), executor)
        .thenCompose(
            verdict -> {
              pending.heard(objects, row);
              return done(row);
            });
  }

  private static CompletableFuture<Result<ObjectRow>> done(ObjectRow row) {
    return CompletableFuture.completedFuture(new Result.Done<>(row));
  }
}
