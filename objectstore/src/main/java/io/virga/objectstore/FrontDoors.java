package io.virga.objectstore;

import io.virga.dataplane.token.Verification;
import io.virga.objectstore.http.Door;
import io.virga.objectstore.http.HttpFront;
import io.virga.objectstore.http.RequestObserver;
import io.virga.objectstore.s3.S3Door;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.SwiftDoor;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import reactor.netty.resources.LoopResources;

/** Both APIs behind one port. */
final class FrontDoors {

  private final List<Door> doors;

  FrontDoors(
      ObjectStore store,
      Function<String, Verification> tokens,
      Credentials credentials,
      InstantSource clock) {
    doors = List.of(new SwiftDoor(store, tokens), new S3Door(store, credentials::find, clock));
  }

  HttpFront listen(InetSocketAddress address, LoopResources loops, RequestObserver observer) {
    return new HttpFront(address, loops, doors, observer);
  }
}
