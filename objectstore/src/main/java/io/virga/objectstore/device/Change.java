package io.virga.objectstore.device;

import io.virga.objectstore.index.IndexView;
import io.virga.objectstore.record.Entry;
import java.util.List;

/**
 * A change that is decided where all changes are ordered. It sees everything that was decided
 * before it, has no effects of its own, and does not block for long: every other change waits for
 * it.
 *
 * @param <T> what the caller learns once the change is durable
 */
public interface Change<T> {

  /** Decides. */
  Decision<T> decide(IndexView view);

  /**
   * What comes of it.
   *
   * @param entries what to change, together; none if there is nothing to do
   */
  record Decision<T>(List<Entry> entries, T result) {

    public Decision {
      entries = List.copyOf(entries);
    }

    /** Nothing is changed. */
    public static <T> Decision<T> unchanged(T result) {
      return new Decision<>(List.of(), result);
    }
  }
}
