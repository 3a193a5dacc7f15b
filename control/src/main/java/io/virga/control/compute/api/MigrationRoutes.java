package io.virga.control.compute.api;

import io.virga.control.compute.model.Migration;
import io.virga.control.compute.store.MigrationStore;
import io.virga.control.compute.store.MigrationStore.Selection;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.1/os-migrations}: which servers have been moved between hosts. */
final class MigrationRoutes {

  private static final int LINKS_AND_TYPES = 23;
  private static final int PAGED = 59;
  private static final int CHANGES_BEFORE = 66;

  private final Servers servers;
  private final MigrationStore migrations;

  MigrationRoutes(Servers servers, MigrationStore migrations) {
    this.servers = servers;
    this.migrations = migrations;
  }

  List<Route> routes() {
    return List.of(Route.get("/v2.1/os-migrations", Rule.ADMIN, this::list));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Microversion version = Microversion.of(request);
    return migrations
        .list(servers.database(), selection(request, version))
        .collectList()
        .flatMap(
            found -> {
              Page.Cut<Migration> cut =
                  version.atLeast(PAGED)
                      ? Page.of(request).of(found, migration -> migration.uuid().toString())
                      : new Page.Cut<>(found, Optional.empty());
              return Replies.ok(cut.map(one -> view(one, version)).view("migrations"));
            });
  }

  private static Selection selection(ApiRequest request, Microversion version) {
    return new Selection(
        request.query("host").orElse(""),
        request.query("source_compute").orElse(""),
        request.query("status").orElse(""),
        request.query("migration_type").orElse(""),
        request.query("instance_uuid").orElse(""),
        time(request, "changes-since", version.atLeast(PAGED)),
        time(request, "changes-before", version.atLeast(CHANGES_BEFORE)));
  }

  private static Optional<Instant> time(ApiRequest request, String name, boolean known) {
    return request.query(name).filter(text -> known).map(text -> Times.parse(name, text));
  }

  private static View view(Migration migration, Microversion version) {
    View view =
        View.of("id", migration.id())
            .with("instance_uuid", migration.serverId())
            .with("status", migration.status())
            .with("source_compute", migration.source())
            .with("source_node", migration.source())
            .with("dest_compute", migration.target())
            .with("dest_node", migration.target())
            .with("dest_host", Optional.empty())
            .with("old_instance_type_id", number(migration.oldFlavor()))
            .with("new_instance_type_id", number(migration.newFlavor()))
            .with("created_at", Times.bare(migration.createdAt()))
            .with("updated_at", Times.bare(migration.updatedAt()));
    if (version.atLeast(LINKS_AND_TYPES)) {
      view.with("migration_type", migration.type());
    }
    return version.atLeast(PAGED) ? view.with("uuid", migration.uuid()) : view;
  }

  /** Clients expect numbers; the ids of flavors are any text. */
  private static Optional<Integer> number(String flavorId) {
    return Optional.of(flavorId).filter(id -> id.matches("[0-9]{1,9}")).map(Integer::valueOf);
  }
}
