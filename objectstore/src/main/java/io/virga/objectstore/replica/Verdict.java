package io.virga.objectstore.replica;

import io.virga.objectstore.record.Timestamp;

/** What a replica made of a write. */
public sealed interface Verdict {

  /** It is durable. */
  record Accepted() implements Verdict {}

  /** Something as new, or newer, is there or was promised. */
  record Stale(Timestamp newest) implements Verdict {}

  /** The promise that the write relied on does not hold any more. */
  record Broken() implements Verdict {}

  /** The replica has not the data that the write is about. */
  record Unknown() implements Verdict {}

  /** There is no such container here. */
  record NoContainer() implements Verdict {}

  /** The container lists objects. */
  record NotEmpty() implements Verdict {}
}
