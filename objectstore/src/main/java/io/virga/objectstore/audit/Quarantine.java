package io.virga.objectstore.audit;

import io.virga.objectstore.device.Change;
import io.virga.objectstore.device.Device;
import io.virga.objectstore.index.IndexView;
import io.virga.objectstore.index.Quarantined;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The damaged bytes of a device, kept for the operator, at most {@value #MOST} objects. Blocks; one
 * thread puts in.
 */
final class Quarantine {

  /** When there are so many, those that have been repaired go first; else no more are taken. */
  static final int MOST = 1000;

  private final Device device;

  Quarantine(Device device) {
    this.device = device;
  }

  /** What became of an object that was to be set apart. */
  enum Outcome {
    SET_APART,
    /** Another row has come since the bytes were read. */
    CHANGED,
    FULL
  }

  /** Sets the bytes of an object apart, so that they are not served any more. */
  Outcome put(ObjectRow row, String reason, Timestamp now) {
    List<Quarantined> all = device.index().quarantined();
    if (all.size() >= MOST) {
      Optional<Quarantined> oldest =
          all.stream().filter(this::isSettled).min(Comparator.comparing(Quarantined::at));
      if (oldest.isEmpty()) {
        return Outcome.FULL;
      }
      purge(oldest.get());
    }
    Entry entry = new Entry.Quarantine(row.policy(), row.path(), row.timestamp(), reason, now);
    return commit(view -> decide(view, row, entry)) ? Outcome.SET_APART : Outcome.CHANGED;
  }

  private static Change.Decision<Boolean> decide(IndexView view, ObjectRow row, Entry entry) {
    boolean same =
        view.object(row.policy(), row.path())
            .filter(now -> now.isSameData(row) && isSame(now.content(), row.content()))
            .isPresent();
    return same ? new Change.Decision<>(List.of(entry), true) : Change.Decision.unchanged(false);
  }

  private static boolean isSame(Content one, Content other) {
    return one instanceof Content.Inline(byte[] bytes)
        ? other instanceof Content.Inline(byte[] others) && Arrays.equals(bytes, others)
        : one.equals(other);
  }

  /** Objects that still wait for a good copy. */
  List<ObjectRow> lost() {
    return device.index().quarantined().stream()
        .map(Quarantined::row)
        .flatMap(row -> current(row.policy(), row.path()).stream())
        .filter(ObjectRow::isLost)
        .toList();
  }

  List<Quarantined> all() {
    return device.index().quarantined();
  }

  /** Whether the object has a good copy, or is another, or is gone. */
  boolean isSettled(Quarantined quarantined) {
    ObjectRow row = quarantined.row();
    return current(row.policy(), row.path()).filter(ObjectRow::isLost).isEmpty();
  }

  private Optional<ObjectRow> current(int policy, ObjectPath path) {
    return device.index().object(policy, path);
  }

  /**
   * Deletes the bytes of all that have been repaired.
   *
   * @return how many
   */
  long purgeSettled() {
    List<Quarantined> settled = all().stream().filter(this::isSettled).toList();
    settled.forEach(this::purge);
    return settled.size();
  }

  private void purge(Quarantined quarantined) {
    ObjectRow row = quarantined.row();
    Entry purge = new Entry.PurgeQuarantine(row.policy(), row.path());
    commit(view -> new Change.Decision<>(List.of(purge), true));
  }

  private boolean commit(Change<Boolean> change) {
    return device.commit(change, Runnable::run).join();
  }
}
