package io.virga.benchmarks.store;

import io.netty.buffer.Unpooled;
import io.virga.benchmarks.load.LoadGenerator;
import io.virga.benchmarks.load.Sequence;

/** How containers are made and filled; by requests, unless a store has something quicker. */
interface Containers {

  /** A request for each container, and one for each object. */
  Containers THROUGH_API = new Containers() {};

  /** Makes a container; it is not there yet. */
  default void make(StoreServer server, LoadGenerator load, String container) {
    server.ask(load, 1, new Sequence(server.dialect().makeContainer(container), 0, 1));
  }

  /** Makes {@code count} empty objects in a container that is there and empty. */
  default void fill(StoreServer server, LoadGenerator load, String container, long count) {
    server.ask(
        load, 64, new Sequence(server.dialect().put(container, Unpooled.EMPTY_BUFFER), 0, count));
  }
}
