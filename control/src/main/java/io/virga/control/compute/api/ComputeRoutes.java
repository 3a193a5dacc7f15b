package io.virga.control.compute.api;

import io.virga.control.compute.server.Consoles;
import io.virga.control.compute.server.ServerLife;
import io.virga.control.foundation.Foundation;
import io.virga.control.http.Route;
import java.util.List;
import java.util.stream.Stream;

/** All routes of the service, put together. */
public final class ComputeRoutes {

  private ComputeRoutes() {}

  public static List<Route> all(
      Foundation foundation,
      ServerLife life,
      ServerLife.Stores stores,
      ServerLife.Neighbours neighbours,
      Consoles consoles) {
    ServerViews views = new ServerViews(foundation.endpoint());
    return Stream.of(
            new InformationRoutes(
                    foundation.database(),
                    foundation.hosts(),
                    foundation.quota(),
                    foundation.endpoint())
                .routes(),
            new FlavorRoutes(foundation.database(), stores.flavors(), views).routes(),
            new KeyPairRoutes(foundation.database(), stores.keyPairs()).routes(),
            new ServerRoutes(
                    foundation.database(),
                    stores.servers(),
                    life,
                    neighbours.ports(),
                    neighbours.volumes(),
                    views)
                .routes(),
            new ActionRoutes(foundation.database(), stores.servers(), life, consoles).routes(),
            new AttachmentRoutes(
                    foundation.database(),
                    stores.servers(),
                    life,
                    neighbours.volumes(),
                    neighbours.ports())
                .routes())
        .flatMap(List::stream)
        .toList();
  }
}
