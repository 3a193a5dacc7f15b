package io.virga.objectstore.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One change in the journal. Applying entries in journal order to an index that is a prefix of that
 * order gives the same index every time: an older timestamp never overwrites a newer one.
 */
public sealed interface Entry {

  /** The object, or its tombstone, is now this row. */
  record PutObject(ObjectRow row) implements Entry {}

  /** The container lists the object so, if the row is newer than what it lists. */
  record PutListing(ObjectPath path, ListingRow row) implements Entry {}

  /** The container lists the object no more. */
  record DeleteListing(ObjectPath path, Timestamp timestamp) implements Entry {}

  /** The container is there, and this is all its metadata. The id matters only if it is new. */
  record PutContainer(
      ContainerPath path, long id, Timestamp timestamp, Map<String, String> metadata)
      implements Entry {}

  /** The empty container is gone. */
  record DeleteContainer(ContainerPath path, Timestamp timestamp) implements Entry {}

  /** The account is there, and this is all its metadata. */
  record PutAccount(String account, Timestamp timestamp, Map<String, String> metadata)
      implements Entry {}

  /** The empty account is gone. */
  record DeleteAccount(String account, Timestamp timestamp) implements Entry {}

  /** The bytes of an object that is still as old as the row says have been moved. */
  record MoveObject(ObjectRow row) implements Entry {}

  /** Bytes that nothing in the namespace names any more are to be deleted: parts of an upload. */
  record PutGarbage(String id, ContainerPath container, String prefix) implements Entry {}

  /** They have been deleted. */
  record DeleteGarbage(String id) implements Entry {}

  /** The tombstone of an object, and with it all memory of the object, may go. */
  record PurgeObject(ObjectPath path, Timestamp timestamp) implements Entry {}

  /** Appends an entry. */
  static void write(Entry entry, BinaryWriter out) {
    switch (entry) {
      case PutObject(ObjectRow row) -> row.writeTo(out.u8(1));
      case PutListing(ObjectPath path, ListingRow row) -> row.writeTo(path(out.u8(2), path));
      case DeleteListing(ObjectPath path, Timestamp at) -> path(out.u8(3), path).u64(at.micros());
      case PutContainer(ContainerPath path, long id, Timestamp at, Map<String, String> metadata) ->
          path(out.u8(4), path).u64(id).u64(at.micros()).map(metadata);
      case DeleteContainer(ContainerPath path, Timestamp at) ->
          path(out.u8(5), path).u64(at.micros());
      case PutAccount(String account, Timestamp at, Map<String, String> metadata) ->
          out.u8(6).text(account).u64(at.micros()).map(metadata);
      case DeleteAccount(String account, Timestamp at) -> out.u8(7).text(account).u64(at.micros());
      case MoveObject(ObjectRow row) -> row.writeTo(out.u8(8));
      case PutGarbage(String id, ContainerPath container, String prefix) ->
          path(out.u8(9).text(id), container).text(prefix);
      case DeleteGarbage(String id) -> out.u8(10).text(id);
      case PurgeObject(ObjectPath path, Timestamp at) -> path(out.u8(11), path).u64(at.micros());
    }
  }

  /** Reads all entries of a frame, empty if the bytes are not entries. */
  static Optional<List<Entry>> readAll(byte[] payload) {
    BinaryReader in = new BinaryReader(payload);
    List<Entry> entries = new ArrayList<>();
    while (in.hasMore()) {
      Optional<Entry> entry = read(in);
      if (entry.isEmpty() || in.isMalformed()) {
        return Optional.empty();
      }
      entries.add(entry.get());
    }
    return in.isMalformed() ? Optional.empty() : Optional.of(entries);
  }

  private static Optional<Entry> read(BinaryReader in) {
    return switch (in.u8()) {
      case 1 -> ObjectRow.readFrom(in).map(PutObject::new);
      case 2 -> {
        ObjectPath path = objectPath(in);
        yield ListingRow.readFrom(in).map(row -> new PutListing(path, row));
      }
      case 3 -> Optional.of(new DeleteListing(objectPath(in), new Timestamp(in.u64())));
      case 4 ->
          Optional.of(
              new PutContainer(containerPath(in), in.u64(), new Timestamp(in.u64()), in.map()));
      case 5 -> Optional.of(new DeleteContainer(containerPath(in), new Timestamp(in.u64())));
      case 6 -> Optional.of(new PutAccount(in.text(), new Timestamp(in.u64()), in.map()));
      case 7 -> Optional.of(new DeleteAccount(in.text(), new Timestamp(in.u64())));
      case 8 -> ObjectRow.readFrom(in).map(MoveObject::new);
      case 9 -> Optional.of(new PutGarbage(in.text(), containerPath(in), in.text()));
      case 10 -> Optional.of(new DeleteGarbage(in.text()));
      case 11 -> Optional.of(new PurgeObject(objectPath(in), new Timestamp(in.u64())));
      default -> Optional.empty();
    };
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
