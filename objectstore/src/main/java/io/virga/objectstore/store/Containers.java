package io.virga.objectstore.store;

import io.virga.objectstore.cluster.HybridClock;
import io.virga.objectstore.cluster.QuorumRead;
import io.virga.objectstore.cluster.QuorumWrite;
import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.cluster.Topology;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.StampedMetadata;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.Verdict;
import io.virga.objectstore.replica.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/** Reads and changes containers and accounts. Runs on the thread of the executor. */
final class Containers {

  private final Topology topology;
  private final HybridClock clock;
  private final Executor executor;

  Containers(ObjectStore.Parts parts, Executor executor) {
    this.topology = parts.topology();
    this.clock = parts.clock();
    this.executor = executor;
  }

  /** What is known of a container, also if it is deleted. */
  CompletableFuture<Optional<ContainerRow>> container(ContainerPath path) {
    Slots slots = topology.container(path);
    return QuorumRead.ask(slots, replica -> replica.container(slots.partition(), path, executor))
        .thenApply(Rows::merged);
  }

  CompletableFuture<Optional<ContainerRow>> account(String account) {
    Slots slots = topology.account(account);
    return QuorumRead.ask(slots, replica -> replica.account(slots.partition(), account, executor))
        .thenApply(Rows::merged);
  }

  /**
   * The container is there from now on; true if it was not before.
   *
   * @param policy what it must be of; the default one for a new container if that is all the same
   */
  CompletableFuture<Result<Boolean>> put(
      ContainerPath path,
      OptionalInt policy,
      UnaryOperator<Map<String, String>> metadata,
      boolean mustBeNew) {
    return container(path)
        .thenCompose(
            old -> {
              Optional<ContainerRow> live = old.filter(ContainerRow::isLive);
              if (live.isPresent() && mustBeNew) {
                return refused(Result.Refusal.EXISTS);
              }
              if (live.isPresent() && policy.orElse(live.get().policy()) != live.get().policy()) {
                return refused(Result.Refusal.OTHER_POLICY);
              }
              return live.isPresent()
                  ? change(live.get(), metadata)
                  : create(
                      old.orElseGet(() -> ContainerRow.unknown(path)),
                      policy.orElseGet(topology::defaultPolicy),
                      metadata.apply(Map.of()));
            });
  }

  /** The container, which must be there, has other metadata from now on. */
  CompletableFuture<Result<Boolean>> update(
      ContainerPath path, UnaryOperator<Map<String, String>> metadata) {
    return container(path)
        .thenCompose(
            old ->
                old.filter(ContainerRow::isLive).isPresent()
                    ? change(old.get(), metadata)
                    : refused(Result.Refusal.NO_CONTAINER));
  }

  private CompletableFuture<Result<Boolean>> create(
      ContainerRow old, int policy, Map<String, String> metadata) {
    Timestamp time = clock.after(seen(Optional.of(old)));
    StampedMetadata stamped = StampedMetadata.NONE.changeTo(metadata, time);
    return store(old.createdAgain(time, policy, stamped), List.of())
        .thenApply(verdict -> new Result.Done<>(true));
  }

  private CompletableFuture<Result<Boolean>> change(
      ContainerRow old, UnaryOperator<Map<String, String>> metadata) {
    Timestamp time = clock.after(seen(Optional.of(old)));
    StampedMetadata changes = old.stamped().changeTo(metadata.apply(old.metadata()), time);
    if (changes.items().isEmpty()) {
      return CompletableFuture.completedFuture(new Result.Done<>(false));
    }
    ContainerRow row =
        new ContainerRow(
            old.path(),
            old.createdAt(),
            old.deletedAt(),
            old.policy(),
            changes,
            ContainerRow.Counts.NONE,
            Timestamp.ZERO);
    Slots slots = topology.container(old.path());
    return QuorumWrite.write(slots, Write.of(List.of(new Entry.PutContainer(row))), executor)
        .thenApply(verdict -> new Result.Done<>(false));
  }

  /** The container is gone from now on. */
  CompletableFuture<Result<Boolean>> delete(ContainerPath path) {
    return container(path)
        .thenCompose(
            old -> {
              if (old.filter(ContainerRow::isLive).isEmpty()) {
                return refused(Result.Refusal.NO_CONTAINER);
              }
              if (old.get().objects() > 0) {
                return refused(Result.Refusal.NOT_EMPTY);
              }
              ContainerRow gone = deleted(old.get(), clock.after(seen(old)));
              return store(gone, List.of(new Write.Empty(path)))
                  .thenCompose(
                      verdict ->
                          verdict instanceof Verdict.Accepted
                              ? CompletableFuture.completedFuture(new Result.Done<>(true))
                              : revive(gone, old.get().metadata()));
            });
  }

  /** With its counts, or its account would show it until it is told that nothing is in it. */
  private static ContainerRow deleted(ContainerRow row, Timestamp at) {
    return new ContainerRow(
        row.path(),
        row.createdAt(),
        at,
        row.policy(),
        StampedMetadata.NONE,
        row.counts(),
        row.countedAt());
  }

  /** An object came in between: what a minority has deleted is made again. */
  private CompletableFuture<Result<Boolean>> revive(ContainerRow gone, Map<String, String> before) {
    Timestamp time = clock.next();
    StampedMetadata metadata = StampedMetadata.NONE.changeTo(before, time);
    ContainerRow again = gone.createdAgain(time, gone.policy(), metadata);
    return store(again, List.of()).thenCompose(verdict -> refused(Result.Refusal.NOT_EMPTY));
  }

  /** Writes what is known of a container to its replicas, then to those of its account. */
  private CompletableFuture<Verdict> store(ContainerRow row, List<Write.Guard> guards) {
    Slots containers = topology.container(row.path());
    Slots accounts = topology.account(row.path().account());
    Entry entry = new Entry.PutAccountEntry(row.asEntry());
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry.PutContainer(row));
    boolean joint = containers.isWith(accounts);
    if (joint) {
      entries.add(entry);
    }
    CompletableFuture<Verdict> written =
        QuorumWrite.write(containers, new Write(guards, entries), executor);
    if (joint) {
      return written;
    }
    return written.thenCompose(
        verdict ->
            verdict instanceof Verdict.Accepted
                ? QuorumWrite.write(accounts, Write.of(List.of(entry)), executor)
                : CompletableFuture.completedFuture(verdict));
  }

  /** The account has other metadata from now on, and is there; true if it was not before. */
  CompletableFuture<Result<Boolean>> putAccount(
      String account, UnaryOperator<Map<String, String>> metadata) {
    Slots slots = topology.account(account);
    return account(account)
        .thenCompose(
            old -> {
              Optional<ContainerRow> live = old.filter(ContainerRow::isLive);
              Timestamp time = clock.after(seen(old));
              StampedMetadata before = live.map(ContainerRow::stamped).orElse(StampedMetadata.NONE);
              StampedMetadata changes = before.changeTo(metadata.apply(before.values()), time);
              ContainerRow row =
                  ContainerRow.created(
                      new ContainerPath(account, ""),
                      live.map(ContainerRow::createdAt).orElse(time),
                      0,
                      changes);
              return QuorumWrite.write(
                      slots, Write.of(List.of(new Entry.PutAccount(row))), executor)
                  .thenApply(verdict -> new Result.Done<>(live.isEmpty()));
            });
  }

  private static Timestamp seen(Optional<ContainerRow> row) {
    return row.map(r -> r.metadataAt().max(r.deletedAt())).orElse(Timestamp.ZERO);
  }

  private static CompletableFuture<Result<Boolean>> refused(Result.Refusal refusal) {
    return CompletableFuture.completedFuture(Result.refused(refusal));
  }
}
