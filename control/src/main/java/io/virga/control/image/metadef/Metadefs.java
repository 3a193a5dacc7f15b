package io.virga.control.image.metadef;

import io.virga.control.database.Database;
import io.virga.control.http.Route;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The routes of metadata definitions. */
public final class Metadefs {

  private Metadefs() {}

  /**
   * All of them.
   *
   * @param endpoint the address of the cloud, before the services' prefixes
   */
  public static List<Route> routes(Database database, URI endpoint) {
    MetadefStores stores =
        new MetadefStores(new NamespaceStore(), new ItemStore(), new AssociationStore());
    List<Route> routes = new ArrayList<>(MetadefSchemas.routes());
    routes.addAll(new NamespaceRoutes(database, stores, endpoint).routes());
    routes.addAll(new ResourceTypeRoutes(database, stores).routes());
    for (ItemKind kind : ItemKind.values()) {
      routes.addAll(new ItemRoutes(database, stores, kind).routes());
    }
    routes.add(new ItemRoutes(database, stores, ItemKind.TAG).tagRoute());
    return List.copyOf(routes);
  }
}
