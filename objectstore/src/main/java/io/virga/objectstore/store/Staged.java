package io.virga.objectstore.store;

import io.virga.objectstore.record.Content;
import io.virga.objectstore.replica.Replica;
import java.util.Optional;

/** Bytes of an object that have come to replicas, though no row names them yet. */
public interface Staged {

  /** What a row is to name at a replica; empty if the bytes have not got there. */
  Optional<Content> at(Replica replica);
}
