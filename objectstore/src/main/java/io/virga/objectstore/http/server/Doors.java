package io.virga.objectstore.http.server;

import io.virga.objectstore.http.Door;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.http.RequestObserver;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What all connections of a listener share. Any thread. */
final class Doors {

  private final List<Door> doors;
  private final RequestObserver observer;
  private final RequestIds ids = new RequestIds();
  private final AtomicLong active = new AtomicLong();

  Doors(List<Door> doors, RequestObserver observer) {
    this.doors = List.copyOf(doors);
    this.observer = observer;
  }

  /** The first API that a request is for. */
  Door of(Request request) {
    for (Door door : doors) {
      if (door.isFor(request)) {
        return door;
      }
    }
    throw new IllegalStateException("the last door takes every request");
  }

  RequestObserver observer() {
    return observer;
  }

  String nextId() {
    return ids.next();
  }

  /** How many requests are being answered. */
  AtomicLong active() {
    return active;
  }
}
