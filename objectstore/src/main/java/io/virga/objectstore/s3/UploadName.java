package io.virga.objectstore.s3;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.store.SystemMetadata;

/** An upload that is going on, as the hidden container lists it: {@code key/id}. */
record UploadName(String key, String id) {

  static UploadName parse(String name) {
    int slash = name.lastIndexOf('/');
    return new UploadName(name.substring(0, slash), name.substring(slash + 1));
  }

  ObjectPath path(ContainerPath container) {
    return SystemMetadata.uploadsOf(container).object(key + "/" + id);
  }
}
