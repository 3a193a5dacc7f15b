package io.virga.objectstore.s3.bucket;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Whose a bucket's name is. Names of buckets that S3 makes are taken once in the whole cloud: each
 * is an object in a hidden container. A container of Swift's takes no name; in its own project it
 * is a bucket all the same.
 */
final class BucketNames {

  private static final ContainerPath NAMES = new ContainerPath(".s3", "names");
  private static final String OWNER = ".owner";

  /** A claim without a bucket is void after this: its maker died, or Swift deleted the bucket. */
  private static final Duration VOID_AFTER = Duration.ofMinutes(1);

  private final ObjectStore store;
  private final InstantSource clock;

  BucketNames(ObjectStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** The account that a name belongs to. */
  Mono<Optional<String>> ownerOf(String name) {
    return store.object(NAMES.object(name)).map(row -> row.flatMap(r -> r.metadata(OWNER)));
  }

  /** Takes the name, if nobody else has it; whether the account has it now. */
  Mono<Boolean> claim(String name, String account) {
    return store
        .object(NAMES.object(name))
        .flatMap(
            existing -> {
              if (existing.isEmpty()) {
                return put(name, account, Condition.ABSENT);
              }
              String owner = existing.get().metadata(OWNER).orElse("");
              return owner.equals(account)
                  ? Mono.just(true)
                  : takeOver(name, account, existing.get(), owner);
            });
  }

  private Mono<Boolean> takeOver(String name, String account, ObjectRow row, String owner) {
    Timestamp old = Timestamp.of(clock.instant().minus(VOID_AFTER));
    return store
        .container(new ContainerPath(owner, name))
        .flatMap(
            bucket -> {
              if (bucket.isPresent() || row.timestamp().isAfter(old)) {
                return Mono.just(false);
              }
              Condition unchanged =
                  existing ->
                      existing.filter(e -> e.timestamp().equals(row.timestamp())).isPresent();
              return put(name, account, unchanged);
            });
  }

  private Mono<Boolean> put(String name, String account, Condition condition) {
    return putOnce(name, account, condition)
        .flatMap(
            result ->
                result.equals(Result.refused(Result.Refusal.NO_CONTAINER))
                    ? store
                        .putContainer(NAMES, before -> before, false)
                        .then(Mono.defer(() -> putOnce(name, account, condition)))
                    : Mono.just(result))
        .map(result -> result instanceof Result.Done);
  }

  private Mono<Result<ObjectRow>> putOnce(String name, String account, Condition condition) {
    ObjectPath path = NAMES.object(name);
    return store.receive(
        path,
        OptionalLong.of(0),
        Flux.empty(),
        received ->
            store.put(
                path,
                NewObject.of(received, "text/plain", Map.of(OWNER, account)),
                received.content(),
                condition));
  }

  /** Gives the name back, if the account has it. */
  Mono<Boolean> release(String name, String account) {
    return store
        .delete(
            NAMES.object(name),
            existing ->
                existing.flatMap(row -> row.metadata(OWNER)).filter(account::equals).isPresent())
        .map(result -> result instanceof Result.Done);
  }
}
