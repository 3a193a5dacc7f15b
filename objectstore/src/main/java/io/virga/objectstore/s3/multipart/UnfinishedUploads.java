package io.virga.objectstore.s3.multipart;

import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.SystemMetadata;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Uploads that were going on in a bucket, and end with it. */
public final class UnfinishedUploads {

  private static final int PAGE = 500;

  private final ObjectStore store;

  public UnfinishedUploads(ObjectStore store) {
    this.store = store;
  }

  /** Aborts all uploads of a bucket. */
  public Mono<Void> abort(ContainerPath bucket) {
    ContainerPath uploads = SystemMetadata.uploadsOf(bucket);
    return store
        .listObjects(uploads, ListingQuery.of("", "", PAGE))
        .flatMap(
            found -> {
              List<String> names =
                  found.stream()
                      .flatMap(listing -> listing.page().items().stream())
                      .map(ListingPage.Item::name)
                      .toList();
              return names.isEmpty()
                  ? Mono.empty()
                  : Flux.fromIterable(names)
                      .concatMap(
                          name ->
                              store.abort(
                                  bucket, uploads.object(name), UploadName.parse(name).id()))
                      .then(Mono.defer(() -> abort(bucket)));
            });
  }
}
