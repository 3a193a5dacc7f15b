package io.virga.objectstore.index;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import java.util.Optional;

/** Point reads of the index. They may block on the device. */
public interface IndexView {

  Optional<ContainerRow> account(String account);

  Optional<ContainerRow> container(ContainerPath path);

  /** The row of an object, which may be a tombstone. */
  Optional<ObjectRow> object(ObjectPath path);

  Optional<ListingRow> listing(long containerId, String name);

  /** The row of an object that is there. */
  default Optional<ObjectRow> live(ObjectPath path) {
    return object(path).filter(row -> !row.deleted());
  }
}
