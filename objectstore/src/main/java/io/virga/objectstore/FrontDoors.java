package io.virga.objectstore;

import io.virga.objectstore.http.Door;
import io.virga.objectstore.http.HttpFront;
import io.virga.objectstore.http.RequestObserver;
import io.virga.objectstore.s3.S3Door;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.Callers;
import io.virga.objectstore.swift.SwiftDoor;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import reactor.netty.resources.LoopResources;

/** Both APIs behind one port. */
final class FrontDoors {

  private final List<Door> doors;

  FrontDoors(ObjectStore store, Callers callers, Credentials credentials, InstantSource clock) {
    doors =
        List.of(new SwiftDoor(store, callers, clock), new S3Door(store, credentials::find, clock));
  }

  HttpFront listen(InetSocketAddress address, LoopResources loops, RequestObserver observer) {
    return new HttpFront(address, loops, doors, observer);
  }
}
