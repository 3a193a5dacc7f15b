package io.virga.objectstore.s3.bucket;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.s3.protocol.Bucket;
import io.virga.objectstore.s3.protocol.Requester;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.store.ObjectStore;
import java.time.InstantSource;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Finds buckets: of the requester's project first, then by the name's owner. */
public final class Buckets {

  private final ObjectStore store;
  private final BucketNames names;

  public Buckets(ObjectStore store, InstantSource clock) {
    this.store = store;
    this.names = new BucketNames(store, clock);
  }

  BucketNames names() {
    return names;
  }

  public Mono<Optional<Bucket>> find(Requester requester, String name) {
    return requester
        .account()
        .map(account -> of(account, name))
        .orElseGet(() -> Mono.just(Optional.empty()))
        .flatMap(
            own ->
                own.isPresent()
                    ? Mono.just(own)
                    : names
                        .ownerOf(name)
                        .flatMap(
                            owner ->
                                owner
                                    .map(o -> of(o, name))
                                    .orElseGet(() -> Mono.just(Optional.empty()))));
  }

  /** The bucket, or the error that it is not there. */
  public Mono<Bucket> require(Requester requester, String name) {
    return find(requester, name)
        .map(found -> found.orElseThrow(() -> new S3Error(S3Error.Code.NoSuchBucket)));
  }

  private Mono<Optional<Bucket>> of(String account, String name) {
    ContainerPath path = new ContainerPath(account, name);
    return store.container(path).map(row -> row.map(r -> new Bucket(path, r)));
  }
}
