package io.virga.control.compute.api;

import io.virga.control.compute.server.Consoles;
import io.virga.control.compute.server.NewServers;
import io.virga.control.compute.server.ServerLife;
import io.virga.control.compute.store.HostUsage;
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
      ServerLife.Stores stores,
      ServerLife.Neighbours neighbours,
      Consoles consoles) {}

  public static List<Route> all(Foundation foundation, Parts parts) {
    ServerLife.Stores stores = parts.stores();
    ServerLife.Neighbours neighbours = parts.neighbours();
    ServerViews views = new ServerViews(foundation.endpoint());
    Servers servers = new Servers(foundation.database(), stores.servers(), parts.life());
    WholeServers whole = new WholeServers(foundation.database(), neighbours);
    return Stream.of(
            new VersionRoutes(foundation.endpoint()).routes(),
            new LimitRoutes(foundation.database(), foundation.quota()).routes(),
            new HostRoutes(foundation.database(), foundation.hosts(), new HostUsage()).routes(),
            new ServiceRoutes(foundation.database(), foundation.hosts(), new HostUsage()).routes(),
            new FlavorRoutes(foundation.database(), stores.flavors(), new FlavorViews(views))
                .routes(),
            new FlavorAccessRoutes(foundation.database(), stores.flavors()).routes(),
            new KeyPairRoutes(foundation.database(), stores.keyPairs()).routes(),
            new ServerRoutes(servers, parts.newServers(), whole, views).routes(),
            new MetadataRoutes(servers).routes(),
            new TagRoutes(servers, views).routes(),
            new InstanceActionRoutes(servers, stores.actions()).routes(),
            new ActionRoutes(List.of(new PowerActions(servers, parts.consoles()).all())).routes(),
            new AttachmentRoutes(servers, neighbours.volumes(), neighbours.ports()).routes())
        .flatMap(List::stream)
        .toList();
  }
}
