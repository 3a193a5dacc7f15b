package io.virga.objectstore.s3;

import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.s3.bucket.Buckets;
import io.virga.objectstore.s3.object.ObjectWrites;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.versions.Versions;
import java.time.InstantSource;

/** What several operations work with. */
record Parts(
    ObjectStore store,
    InstantSource clock,
    Buckets buckets,
    Versions versions,
    LargeObjects large,
    ObjectWrites writes) {

  static Parts of(ObjectStore store, InstantSource clock) {
    Versions versions = new Versions(store, clock);
    return new Parts(
        store,
        clock,
        new Buckets(store, clock),
        versions,
        new LargeObjects(store),
        new ObjectWrites(versions));
  }
}
