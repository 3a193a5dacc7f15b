package io.virga.dataplane.watch;

import io.virga.dataplane.desired.Kind;
import java.util.Map;
import java.util.Set;

/**
 * Is told what is desired. Called on one thread, one call at a time; while a call runs, further
 * changes gather and come as one. What it throws is logged, and the changes count as told.
 */
@FunctionalInterface
public interface WatchListener {

  /**
   * The newest complete view.
   *
   * @param changed the ids that were put or removed since the last call, by kind; at the first call
   *     all there are
   */
  void changed(DesiredView view, Map<Kind, Set<String>> changed);

  /** A stream to control is up again (or for the first time); comes before what it tells. */
  default void connected() {}
}
