package io.virga.objectstore.record;

import java.util.Optional;

/**
 * One change in the journal, or what one replica tells another. Applying an entry merges it into
 * what is there: an older timestamp never overwrites a newer one, and the same entries give the
 * same index in any order and however often they are applied.
 */
public sealed interface Entry {

  /** The object, or its tombstone, is this row. */
  record PutObject(ObjectRow row) implements Entry {}

  /** The container lists the object so, or no more. */
  record PutListing(ObjectPath path, ListingRow row) implements Entry {}

  /** The mark that an object is listed no more, and is as old as this, may go. */
  record PurgeListing(ObjectPath path, Timestamp timestamp) implements Entry {}

  /** This is known of the container; its counts are not looked at. */
  record PutContainer(ContainerRow row) implements Entry {}

  /** This is known of the account; its counts are not looked at. */
  record PutAccount(ContainerRow row) implements Entry {}

  /** The account lists the container so. */
  record PutAccountEntry(ContainerRow row) implements Entry {}

  /** The bytes of an object that is still as old as the row says have been moved. */
  record MoveObject(ObjectRow row) implements Entry {}

  /** Bytes that nothing in the namespace names any more are to be deleted: parts of an upload. */
  record PutGarbage(String id, ContainerPath container, String prefix) implements Entry {}

  /** They have been deleted. */
  record DeleteGarbage(String id) implements Entry {}

  /** This row of an object, and with it all memory of the object, may go. */
  record PurgeObject(int policy, ObjectPath path, Timestamp timestamp) implements Entry {}

  /** Containers may not have heard of the object's row of that time. */
  record PutPending(int policy, ObjectPath path, Timestamp timestamp) implements Entry {}

  /** They have. */
  record DeletePending(int policy, ObjectPath path, Timestamp timestamp) implements Entry {}

  /** The device has all of a partition, since that version of the ring. */
  record PutComplete(PartitionId partition, long ringVersion) implements Entry {}

  /** The device's parts of a partition may be missing. */
  record DeleteComplete(PartitionId partition) implements Entry {}

  /** All rows of a partition of accounts or containers may go: other devices have them. */
  record DropPartition(PartitionId partition, int partPower) implements Entry {}

  /**
   * The bytes of an object that is as old as this were found damaged: they are kept apart, and the
   * row stays without them.
   */
  record Quarantine(int policy, ObjectPath path, Timestamp timestamp, String reason, Timestamp at)
      implements Entry {}

  /** The bytes that were kept apart may go. */
  record PurgeQuarantine(int policy, ObjectPath path) implements Entry {}

  /** A container that is gone and has not changed since that time may be forgotten. */
  record PurgeContainer(ContainerPath path, Timestamp timestamp) implements Entry {}

  /** So may the account's mark that it was there. */
  record PurgeAccountEntry(ContainerPath path, Timestamp timestamp) implements Entry {}

  /** Appends an entry; a row with its content is at the end of it. */
  static void write(Entry entry, BinaryWriter out) {
    switch (entry) {
      case PutObject(ObjectRow row) -> row.writeTo(out.u8(1));
      case PutListing(ObjectPath path, ListingRow row) -> row.writeTo(path(out.u8(2), path));
      case PurgeListing(ObjectPath path, Timestamp at) -> path(out.u8(3), path).u64(at.micros());
      case PutContainer(ContainerRow row) -> row.writeTo(out.u8(4));
      case PutAccount(ContainerRow row) -> row.writeTo(out.u8(5));
      case PutAccountEntry(ContainerRow row) -> row.writeTo(out.u8(6));
      case MoveObject(ObjectRow row) -> row.writeTo(out.u8(8));
      case PutGarbage(String id, ContainerPath container, String prefix) ->
          path(out.u8(9).text(id), container).text(prefix);
      case DeleteGarbage(String id) -> out.u8(10).text(id);
      case PurgeObject(int policy, ObjectPath path, Timestamp at) ->
          path(out.u8(11).varint(policy), path).u64(at.micros());
      case PutPending(int policy, ObjectPath path, Timestamp at) ->
          path(out.u8(12).varint(policy), path).u64(at.micros());
      case DeletePending(int policy, ObjectPath path, Timestamp at) ->
          path(out.u8(13).varint(policy), path).u64(at.micros());
      case PutComplete(PartitionId partition, long version) ->
          partition.writeTo(out.u8(14)).varint(version);
      case DeleteComplete(PartitionId partition) -> partition.writeTo(out.u8(15));
      case DropPartition(PartitionId partition, int partPower) ->
          partition.writeTo(out.u8(16)).u8(partPower);
      case Quarantine(int policy, ObjectPath path, Timestamp time, String reason, Timestamp at) ->
          path(out.u8(20).varint(policy), path).u64(time.micros()).text(reason).u64(at.micros());
      case PurgeQuarantine(int policy, ObjectPath path) -> path(out.u8(21).varint(policy), path);
      case PurgeContainer(ContainerPath path, Timestamp at) ->
          path(out.u8(22), path).u64(at.micros());
      case PurgeAccountEntry(ContainerPath path, Timestamp at) ->
          path(out.u8(23), path).u64(at.micros());
    }
  }

  /** The entry that comes next, empty if there is none. */
  static Optional<Entry> read(BinaryReader in) {
    return switch (in.u8()) {
      case 1 -> ObjectRow.readFrom(in).map(PutObject::new);
      case 2 -> {
        ObjectPath path = objectPath(in);
        yield ListingRow.readFrom(in).map(row -> new PutListing(path, row));
      }
      case 3 -> Optional.of(new PurgeListing(objectPath(in), time(in)));
      case 4 -> ContainerRow.readFrom(in).map(PutContainer::new);
      case 5 -> ContainerRow.readFrom(in).map(PutAccount::new);
      case 6 -> ContainerRow.readFrom(in).map(PutAccountEntry::new);
      case 8 -> ObjectRow.readFrom(in).map(MoveObject::new);
      case 9 -> Optional.of(new PutGarbage(in.text(), containerPath(in), in.text()));
      case 10 -> Optional.of(new DeleteGarbage(in.text()));
      case 11 -> Optional.of(new PurgeObject((int) in.varint(), objectPath(in), time(in)));
      case 12 -> Optional.of(new PutPending((int) in.varint(), objectPath(in), time(in)));
      case 13 -> Optional.of(new DeletePending((int) in.varint(), objectPath(in), time(in)));
      case 14 -> Optional.of(new PutComplete(PartitionId.readFrom(in), in.varint()));
      case 15 -> Optional.of(new DeleteComplete(PartitionId.readFrom(in)));
      case 16 -> Optional.of(new DropPartition(PartitionId.readFrom(in), in.u8()));
      case 20 ->
          Optional.of(
              new Quarantine((int) in.varint(), objectPath(in), time(in), in.text(), time(in)));
      case 21 -> Optional.of(new PurgeQuarantine((int) in.varint(), objectPath(in)));
      case 22 -> Optional.of(new PurgeContainer(containerPath(in), time(in)));
      case 23 -> Optional.of(new PurgeAccountEntry(containerPath(in), time(in)));
      default -> Optional.empty();
    };
  }

  private static Timestamp time(BinaryReader in) {
    return new Timestamp(in.u64());
  }

  private static BinaryWriter path(BinaryWriter out, ObjectPath path) {
    return out.text(path.account()).text(path.container()).text(path.object());
  }

  private static BinaryWriter path(BinaryWriter out, ContainerPath path) {
    return out.text(path.account()).text(path.container());
  }

  private static ObjectPath objectPath(BinaryReader in) {
    return new ObjectPath(in.text(), in.text(), in.text());
  }

  private static ContainerPath containerPath(BinaryReader in) {
    return new ContainerPath(in.text(), in.text());
  }
}
