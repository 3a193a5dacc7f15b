package io.virga.objectstore;

import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.operations.Health;
import io.virga.dataplane.process.Service;
import io.virga.dataplane.process.ServiceContext;
import io.virga.dataplane.token.TokenVerifier;
import io.virga.dataplane.watch.ControlEndpoint;
import io.virga.dataplane.watch.WatchClient;
import io.virga.objectstore.peer.PeerClient;
import io.virga.objectstore.peer.PeerSecurity;
import io.virga.objectstore.peer.PeerServer;
import java.nio.file.Path;
import java.time.InstantSource;

/** The object store's process. */
public final class Main {

  private Main() {}

  /** Runs with one argument, the settings file. */
  public static void main(String[] arguments) {
    Service.run("objectstore", arguments, Main::start);
  }

  private static void start(ServiceContext context) throws Exception {
    NodeSettings settings = NodeSettings.read(context.settings());
    HostPort listen = context.settings().hostPort("virga.objectstore.listen");
    Path keys = context.settings().path("virga.token.public-keys");
    ControlEndpoint control =
        ControlEndpoint.load(context.settings(), context.identity(), context.transport());
    InstantSource clock = InstantSource.system();
    NodeMetrics metrics = new NodeMetrics(context.metrics().registry());
    TokenVerifier verifier = TokenVerifier.open(keys, clock);
    Credentials credentials = new Credentials(verifier::revocations);
    PeerSecurity security = PeerSecurity.mutualTls(context.identity());
    PeerClient peers = context.start("peers", () -> PeerClient.open(context.transport(), security));
    Node node = context.start("devices", () -> Node.open(settings, clock, metrics, peers));
    context.start(
        "peer listener",
        () ->
            PeerServer.listen(
                settings.node().resolve(), security, context.transport(), node.service()));
    context.health("devices", node::health);
    context.health("replication", node::replication);
    context.health("integrity", node::integrity);
    Passes.of(node).forEach(context::task);
    WatchClient watch =
        context.start(
            "watch", () -> WatchClient.start(control, context.stateDirectory(), credentials));
    context.health("control", watch::health);
    FrontDoors doors = new FrontDoors(node.store(), verifier::verify, credentials, clock);
    context.start(
        "listener",
        () -> doors.listen(listen.resolve(), context.transport().loopResources(), metrics));
    context.health("listener", () -> Health.up("on " + listen));
  }
}
