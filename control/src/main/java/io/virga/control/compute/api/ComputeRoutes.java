package io.virga.control.compute.api;

import io.virga.control.compute.server.ConsoleTokens;
import io.virga.control.compute.server.Consoles;
import io.virga.control.compute.server.Moves;
import io.virga.control.compute.server.NewServers;
import io.virga.control.compute.server.ServerBuilds;
import io.virga.control.compute.server.ServerLife;
import io.virga.control.compute.server.Shelves;
import io.virga.control.foundation.Foundation;
import io.virga.control.http.Route;
import java.util.List;
import java.util.stream.Stream;

/** All routes of the service, put together. */
public final class ComputeRoutes {

  private ComputeRoutes() {}

  /** What routes do their work with. */
  public record Parts(
      ServerLife life,
      NewServers newServers,
      ServerBuilds builds,
      Shelves shelves,
      Moves moves,
      ServerLife.Stores stores,
      ServerLife.Neighbours neighbours,
      Consoles consoles) {}

  public static List<Route> all(Foundation foundation, Parts parts) {
    ServerLife.Stores stores = parts.stores();
    ServerLife.Neighbours neighbours = parts.neighbours();
    ServerViews views = new ServerViews(foundation.endpoint());
    Servers servers = new Servers(foundation.database(), stores.servers(), parts.life());
    ConsoleTokens consoleTokens = new ConsoleTokens(foundation.database(), stores.servers());
    RemoteConsoleRoutes remoteConsoles =
        new RemoteConsoleRoutes(
            servers, consoleTokens, new ConsoleSessions(parts.consoles()), foundation.endpoint());
    WholeServers whole = new WholeServers(foundation.database(), neighbours);
    return Stream.of(
            new VersionRoutes(foundation.endpoint()).routes(),
            new LimitRoutes(foundation.database(), foundation.quota()).routes(),
            new ZoneRoutes(foundation.database(), stores.aggregates()).routes(),
            new HypervisorRoutes(foundation.database()).routes(),
            new ServiceRoutes(foundation.database(), stores.aggregates(), stores.placement())
                .routes(),
            new AggregateRoutes(foundation.database(), stores.aggregates(), stores.placement())
                .routes(),
            new UsageRoutes(foundation.database(), stores.usages()).routes(),
            new DiagnosticRoutes(servers, whole).routes(),
            new ServerGroupRoutes(foundation.database(), stores.groups(), foundation.quota())
                .routes(),
            new FlavorRoutes(foundation.database(), stores.flavors(), new FlavorViews(views))
                .routes(),
            new FlavorAccessRoutes(foundation.database(), stores.flavors()).routes(),
            new ImageRoutes(foundation.database(), neighbours.seenImages(), views).routes(),
            new KeyPairRoutes(foundation.database(), stores.keyPairs(), foundation.quota())
                .routes(),
            new ServerListRoutes(foundation.database(), neighbours.ports(), whole, views).routes(),
            new ServerRoutes(servers, parts.newServers(), whole, views).routes(),
            new MetadataRoutes(servers).routes(),
            new TagRoutes(servers, views).routes(),
            new InstanceActionRoutes(servers, stores.actions()).routes(),
            new ActionRoutes(
                    List.of(
                        new PowerActions(servers, parts.consoles()).all(),
                        new BuildActions(
                                servers, parts.builds(), whole, views, foundation.endpoint())
                            .all(),
                        new ShelfActions(servers, parts.shelves(), neighbours.volumes()).all(),
                        new MoveActions(servers, parts.moves()).all(),
                        remoteConsoles.actions(),
                        new PortActions(servers, neighbours.ports()).all()))
                .routes(),
            remoteConsoles.routes(),
            new MigrationRoutes(servers, stores.migrations()).routes(),
            new ConsolePages(consoleTokens).routes(),
            new InterfaceRoutes(servers, neighbours.ports()).routes(),
            new AttachmentRoutes(servers, neighbours.volumes()).routes())
        .flatMap(List::stream)
        .toList();
  }
}
