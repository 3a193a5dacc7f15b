package io.virga.objectstore.replica;

import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ObjectRow;
import java.util.Optional;

/** What goes with a row that is replaced. */
public interface Discards {

  /**
   * What must be deleted since one row does not hold any more.
   *
   * @param replacement the row that does
   */
  Optional<Entry> of(ObjectRow replaced, ObjectRow replacement);
}
