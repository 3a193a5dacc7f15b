package io.virga.objectstore;

import io.virga.dataplane.ring.StoragePolicies;
import io.virga.dataplane.transport.Transport;
import io.virga.objectstore.http.Door;
import io.virga.objectstore.http.RequestObserver;
import io.virga.objectstore.http.server.HttpFront;
import io.virga.objectstore.s3.S3Door;
import io.virga.objectstore.s3.VirtualHosts;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.Callers;
import io.virga.objectstore.swift.SwiftDoor;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Both APIs behind each of the listeners. */
final class FrontDoors {

  private final List<Door> doors;

  FrontDoors(
      ObjectStore store,
      Callers callers,
      Credentials credentials,
      InstantSource clock,
      VirtualHosts hosts,
      Supplier<StoragePolicies> policies) {
    S3Door s3 = new S3Door(store, credentials::find, clock, hosts);
    doors = List.of(s3.ofVirtualHosts(), new SwiftDoor(store, callers, clock, policies), s3);
  }

  HttpFront listen(InetSocketAddress address, Transport transport, RequestObserver observer) {
    return new HttpFront(address, Optional.empty(), transport, doors, observer);
  }

  HttpFront listenTls(TlsFront tls, Transport transport, RequestObserver observer) {
    return new HttpFront(
        tls.listen().resolve(), Optional.of(tls.context()), transport, doors, observer);
  }
}
