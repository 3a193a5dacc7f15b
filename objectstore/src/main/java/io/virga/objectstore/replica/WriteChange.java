package io.virga.objectstore.replica;

import io.virga.objectstore.device.Change;
import io.virga.objectstore.index.IndexView;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides a {@link Write} where the device orders its changes. */
final class WriteChange implements Change<Verdict> {

  private static final Verdict ACCEPTED = new Verdict.Accepted();

  private final Write write;
  private final Promises promises;
  private final Discards discards;
  private final Expiry expiry;

  WriteChange(Write write, Promises promises, Discards discards, Expiry expiry) {
    this.write = write;
    this.expiry = expiry;
    this.promises = promises;
    this.discards = discards;
  }

  @Override
  public Decision<Verdict> decide(IndexView view) {
    for (Write.Guard guard : write.guards()) {
      Optional<Verdict> refusal = check(guard, view);
      if (refusal.isPresent()) {
        return Decision.unchanged(refusal.get());
      }
    }
    List<Entry> entries = new ArrayList<>(write.entries());
    entries.removeIf(entry -> expiry.isForgotten(entry, view));
    entries.replaceAll(entry -> withBytes(entry, view));
    for (Entry entry : write.entries()) {
      if (entry instanceof Entry.PutObject(ObjectRow row)) {
        view.object(row.policy(), row.path())
            .flatMap(old -> discard(old, row))
            .ifPresent(entries::add);
        if (!promises.of(row.policy(), row.path()).isAfter(row.timestamp())) {
          promises.written(row.policy(), row.path());
        }
      }
    }
    return new Decision<>(entries, ACCEPTED);
  }

  /** New metadata keep the bytes that are here. */
  private static Entry withBytes(Entry entry, IndexView view) {
    if (entry instanceof Entry.PutObject(ObjectRow row)
        && row.content() instanceof Content.Elsewhere) {
      return view.object(row.policy(), row.path())
          .<Entry>map(there -> new Entry.PutObject(row.withContent(there.content())))
          .orElseThrow(() -> new IllegalStateException("a guard holds that the data are here"));
    }
    return entry;
  }

  /** What belongs to whichever of two rows does not hold. */
  private Optional<Entry> discard(ObjectRow there, ObjectRow row) {
    return there.isNewerThan(row) ? discards.of(row, there) : discards.of(there, row);
  }

  private Optional<Verdict> check(Write.Guard guard, IndexView view) {
    return switch (guard) {
      case Write.Newer(int policy, ObjectPath path, Timestamp time) -> {
        Timestamp newest = promises.newest(view, policy, path);
        yield time.isAfter(newest) ? Optional.empty() : Optional.of(new Verdict.Stale(newest));
      }
      case Write.Kept(int policy, ObjectPath path, Timestamp time) ->
          promises.of(policy, path).equals(time)
              ? Optional.empty()
              : Optional.of(new Verdict.Broken());
      case Write.SameData(int policy, ObjectPath path, Timestamp data, Timestamp metadata) ->
          checkData(view.object(policy, path), data, metadata);
      case Write.Live(ContainerPath container, int policy) ->
          view.container(container)
                  .filter(row -> row.isLive() && row.policy() == policy)
                  .isPresent()
              ? Optional.empty()
              : Optional.of(new Verdict.NoContainer());
      case Write.Empty(ContainerPath container) ->
          view.container(container).filter(row -> row.objects() > 0).isEmpty()
              ? Optional.empty()
              : Optional.of(new Verdict.NotEmpty());
    };
  }

  private static Optional<Verdict> checkData(
      Optional<ObjectRow> there, Timestamp data, Timestamp metadata) {
    if (there.isEmpty() || data.isAfter(there.get().timestamp())) {
      return Optional.of(new Verdict.Unknown());
    }
    boolean same = there.get().timestamp().equals(data) && !there.get().deleted();
    return same && metadata.isAfter(there.get().metadataTimestamp())
        ? Optional.empty()
        : Optional.of(new Verdict.Stale(there.get().metadataTimestamp()));
  }
}
