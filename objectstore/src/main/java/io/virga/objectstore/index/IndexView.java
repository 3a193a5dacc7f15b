package io.virga.objectstore.index;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.record.Timestamp;
import java.util.Optional;

/** Point reads of the index, of what was deleted too. They may block on the device. */
public interface IndexView {

  Optional<ContainerRow> account(String account);

  /** A container as its account lists it. */
  Optional<ContainerRow> accountEntry(ContainerPath path);

  Optional<ContainerRow> container(ContainerPath path);

  Optional<ObjectRow> object(int policy, ObjectPath path);

  Optional<ListingRow> listing(ObjectPath path);

  /** The write of an object that its container may not have heard of. */
  Optional<Timestamp> pending(int policy, ObjectPath path);

  /** Bytes of an object that were damaged and are kept apart. */
  Optional<Quarantined> quarantined(int policy, ObjectPath path);

  /** Whether the device has all of a partition. */
  boolean isComplete(PartitionId partition);
}
