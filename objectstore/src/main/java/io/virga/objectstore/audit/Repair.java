package io.virga.objectstore.audit;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.cluster.Topology;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.replica.LocalReplica;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replica.Replica.ReplicaContent;
import io.virga.objectstore.replica.ReplicaUpload;
import io.virga.objectstore.replica.Write;
import io.virga.objectstore.store.Digests;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Gets the bytes of a damaged object from another replica. Blocks. */
final class Repair {

  private static final Logger LOG = LoggerFactory.getLogger(Repair.class);
  private static final Executor ANYWHERE = Runnable::run;
  private static final long ANSWER_SECONDS = 5;
  private static final long WINDOW_BYTES = 4L << 20;

  private final LocalReplica own;
  private final Topology topology;
  private final Pacer pacer;

  Repair(LocalReplica own, Topology topology, Pacer pacer) {
    this.own = own;
    this.topology = topology;
    this.pacer = pacer;
  }

  /** A row that another replica has, and may have bytes for. */
  private record Candidate(Replica replica, ObjectRow row) {}

  /** Whether the object is whole again; if not, no other replica that answers has a good copy. */
  boolean repair(ObjectRow lost) {
    for (Candidate candidate : candidates(lost)) {
      try {
        if (candidate.row().deleted()) {
          write(Write.copied(candidate.row()));
        } else {
          fetch(candidate, lost);
        }
        LOG.info("{} of {} is repaired", lost.path(), own.name());
        return true;
      } catch (StoreFailure | CompletionException e) {
        LOG.info(
            "{} has no good copy of {}: {}",
            candidate.replica().name(),
            lost.path(),
            e.getMessage());
      }
    }
    LOG.warn("{} of {} cannot be repaired now", lost.path(), own.name());
    return false;
  }

  /** The newest first. */
  private List<Candidate> candidates(ObjectRow lost) {
    Slots slots = topology.object(lost.policy(), lost.path());
    List<Candidate> candidates = new ArrayList<>();
    List<Replica> others = slots.elsewhere(List.of(own));
    List<CompletableFuture<Optional<ObjectRow>>> asked =
        others.stream()
            .map(
                other ->
                    other
                        .object(slots.partition(), lost.path(), ANYWHERE)
                        .orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                        .thenApply(Replica.Answer::row)
                        .exceptionally(failure -> Optional.empty()))
            .toList();
    for (int i = 0; i < asked.size(); i++) {
      Replica other = others.get(i);
      asked
          .get(i)
          .join()
          .filter(row -> !row.isLost())
          .filter(row -> row.isSameData(lost) || row.isNewerThan(lost))
          .ifPresent(row -> candidates.add(new Candidate(other, row)));
    }
    candidates.sort(
        Comparator.comparing((Candidate candidate) -> candidate.row().timestamp()).reversed());
    return candidates;
  }

  private void fetch(Candidate candidate, ObjectRow lost) {
    ObjectRow row = candidate.row();
    ReplicaContent content =
        candidate
            .replica()
            .open(row, ANYWHERE)
            .orElseThrow(() -> new StoreFailure.DamagedData("its bytes are gone there too"));
    try (content;
        ReplicaUpload upload = own.upload(row.path(), OptionalLong.of(row.sizeBytes()), ANYWHERE)) {
      copy(content, row, upload);
      Content placed = upload.finish().join();
      write(
          row.isSameData(lost)
              ? List.of(new Entry.MoveObject(lost.withContent(placed)))
              : Write.copied(row.withContent(placed)));
    }
  }

  private void copy(ReplicaContent content, ObjectRow row, ReplicaUpload upload) {
    MessageDigest md5 = Digests.md5();
    AtomicLong length = new AtomicLong();
    for (long at = 0; at < row.sizeBytes(); at += WINDOW_BYTES) {
      long some = Math.min(WINDOW_BYTES, row.sizeBytes() - at);
      bytes(content, at, some)
          .concatMap(
              part -> {
                Digests.update(md5, part);
                length.addAndGet(part.readableBytes());
                return Mono.fromFuture(upload.write(part), true);
              },
              1)
          .doOnDiscard(ByteBuf.class, ByteBuf::release)
          .blockLast();
      pacer.take(some);
    }
    String found = HexFormat.of().formatHex(md5.digest());
    if (length.get() != row.sizeBytes() || !found.equals(row.etag())) {
      throw new StoreFailure.DamagedData("its bytes are not those of the row");
    }
  }

  /** A replica that falls silent must not hold the auditor up for long, nor its end. */
  private static Flux<ByteBuf> bytes(ReplicaContent content, long offset, long length) {
    return content
        .bytes(offset, length)
        .timeout(
            Duration.ofSeconds(ANSWER_SECONDS),
            Flux.error(new StoreFailure.Unavailable("it has fallen silent")));
  }

  private void write(List<Entry> entries) {
    own.write(Write.of(entries), ANYWHERE).join();
  }
}
