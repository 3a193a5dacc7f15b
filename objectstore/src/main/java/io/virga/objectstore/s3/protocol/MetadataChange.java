package io.virga.objectstore.s3.protocol;

import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Sets or removes one piece of metadata of the store's own. */
public final class MetadataChange {

  private final ObjectStore store;

  public MetadataChange(ObjectStore store) {
    this.store = store;
  }

  public Mono<Boolean> ofBucket(S3Request request, String name, Optional<String> value) {
    return store
        .updateContainer(request.container(), before -> changed(before, name, value))
        .map(
            result -> {
              if (result instanceof Result.Refused<Boolean>) {
                throw new S3Error(S3Error.Code.NoSuchBucket);
              }
              return true;
            });
  }

  /**
   * Changes an object.
   *
   * @param path of the version itself
   */
  public Mono<Boolean> ofObject(ObjectPath path, String name, Optional<String> value) {
    return store
        .update(
            path,
            row ->
                row.withMetadata(
                    row.metadataTimestamp(),
                    row.contentType(),
                    changed(row.metadata(), name, value)))
        .map(
            result -> {
              if (result instanceof Result.Refused<ObjectRow>) {
                throw new S3Error(S3Error.Code.NoSuchKey);
              }
              return true;
            });
  }

  private static Map<String, String> changed(
      Map<String, String> before, String name, Optional<String> value) {
    Map<String, String> after = new LinkedHashMap<>(before);
    after.remove(name);
    value.ifPresent(text -> after.put(name, text));
    return after;
  }
}
