package io.virga.objectstore.store;

import io.virga.objectstore.device.Change;
import io.virga.objectstore.index.IndexView;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The changes of objects, as they are decided on the device. */
final class ObjectChanges {

  private ObjectChanges() {}

  /** The object is as given from now on. */
  static Change<Result<ObjectRow>> put(
      ObjectPath path, NewObject object, Content content, Condition condition) {
    return (view, now) -> {
      if (view.container(path.containerPath()).isEmpty()) {
        return refuse(Result.Refusal.NO_CONTAINER);
      }
      Optional<ObjectRow> old = view.live(path);
      if (!condition.holds(old)) {
        return refuse(Result.Refusal.CONDITION_FAILED);
      }
      ObjectRow row = object.toRow(path, now, content);
      List<Entry> entries = new ArrayList<>();
      entries.add(new Entry.PutObject(row));
      entries.add(new Entry.PutListing(path, listingRow(row)));
      old.flatMap(o -> garbage(o, object.metadata())).ifPresent(entries::add);
      object.finishedUpload().ifPresent(upload -> remove(view, upload, now, entries));
      return new Change.Decision<>(entries, new Result.Done<>(row));
    };
  }

  /** The object is gone from now on. */
  static Change<Result<ObjectRow>> delete(ObjectPath path, Condition condition) {
    return (view, now) -> {
      Optional<ObjectRow> old = view.live(path);
      if (old.isEmpty()) {
        return refuse(
            view.container(path.containerPath()).isEmpty()
                ? Result.Refusal.NO_CONTAINER
                : Result.Refusal.NO_OBJECT);
      }
      if (!condition.holds(old)) {
        return refuse(Result.Refusal.CONDITION_FAILED);
      }
      List<Entry> entries = new ArrayList<>();
      remove(view, path, now, entries);
      garbage(old.get(), Map.of()).ifPresent(entries::add);
      return new Change.Decision<>(entries, new Result.Done<>(old.get()));
    };
  }

  /** The object has other metadata from now on. The operator gets the row, and returns another. */
  static Change<Result<ObjectRow>> update(ObjectPath path, UnaryOperator<ObjectRow> change) {
    return (view, now) -> {
      Optional<ObjectRow> old = view.live(path);
      if (old.isEmpty()) {
        return refuse(Result.Refusal.NO_OBJECT);
      }
      ObjectRow wanted = change.apply(old.get());
      ObjectRow row = old.get().withMetadata(now, wanted.contentType(), wanted.metadata());
      List<Entry> entries =
          List.of(new Entry.PutObject(row), new Entry.PutListing(path, listingRow(row)));
      return new Change.Decision<>(entries, new Result.Done<>(row));
    };
  }

  /** The upload is no more, and its parts are garbage. */
  static Change<Result<ObjectRow>> abort(
      ContainerPath container, ObjectPath upload, String uploadId) {
    return (view, now) -> {
      Optional<ObjectRow> old = view.live(upload);
      if (old.isEmpty()) {
        return refuse(Result.Refusal.NO_OBJECT);
      }
      List<Entry> entries = new ArrayList<>();
      remove(view, upload, now, entries);
      entries.add(partsGarbage(container, uploadId));
      return new Change.Decision<>(entries, new Result.Done<>(old.get()));
    };
  }

  private static void remove(IndexView view, ObjectPath path, Timestamp now, List<Entry> entries) {
    if (view.live(path).isPresent()) {
      entries.add(new Entry.PutObject(ObjectRow.tombstone(path, now)));
      entries.add(new Entry.DeleteListing(path, now));
    }
  }

  /** The parts of a multipart object that is replaced, unless by another manifest of them. */
  private static Optional<Entry> garbage(ObjectRow old, Map<String, String> replacement) {
    return SystemMetadata.ownedUpload(old)
        .filter(id -> !id.equals(replacement.get(SystemMetadata.UPLOAD_ID)))
        .map(id -> partsGarbage(old.path().containerPath(), id));
  }

  private static Entry partsGarbage(ContainerPath container, String uploadId) {
    return new Entry.PutGarbage(uploadId, SystemMetadata.partsOf(container), uploadId + "/");
  }

  private static ListingRow listingRow(ObjectRow row) {
    boolean multipart =
        row.metadata(SystemMetadata.MANIFEST).filter(SystemMetadata.MULTIPART::equals).isPresent();
    return new ListingRow(
        row.metadataTimestamp(),
        SystemMetadata.shownSize(row),
        multipart ? SystemMetadata.shownSize(row) : row.sizeBytes(),
        SystemMetadata.shownEtag(row),
        row.contentType());
  }

  private static <T> Change.Decision<Result<T>> refuse(Result.Refusal refusal) {
    return Change.Decision.unchanged(Result.refused(refusal));
  }
}
