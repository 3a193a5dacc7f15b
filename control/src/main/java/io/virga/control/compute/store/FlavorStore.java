package io.virga.control.compute.store;

import io.virga.control.compute.model.Flavor;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.policy.Caller;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Flavors, and the projects that see those which are not public. */
public final class FlavorStore {

  private static final String SEEN =
      """
      SELECT f.*, f.extra_specs::text AS specs FROM flavor f
       WHERE (f.is_public OR :all
              OR EXISTS (SELECT FROM flavor_access a WHERE a.flavor_id = f.id AND a.project_id = :project))
      """;

  private static final String INSERT =
      """
      INSERT INTO flavor (id, name, description, vcpus, ram_mib, disk_gib, ephemeral_gib, swap_mib, rxtx_factor,
                          is_public)
      VALUES (:id, :name, :description, :vcpus, :ram, :disk, :ephemeral, :swap, :rxtx, :public)
      """;

  /** All that a caller sees: its project's, and the others too for an administrator. */
  public Flux<Flavor> list(Session session, Caller caller) {
    return seen(session, caller, " ORDER BY f.ram_mib, f.vcpus, f.id").all(FlavorStore::flavor);
  }

  public Mono<Flavor> find(Session session, String id, Caller caller) {
    return seen(session, caller, " AND f.id = :id")
        .bind("id", id)
        .one(FlavorStore::flavor)
        .switchIfEmpty(Mono.error(() -> missing(id)));
  }

  /** As {@link #find}, kept from others that change it until the end of the transaction. */
  public Mono<Flavor> lock(Transaction transaction, String id, Caller caller) {
    return seen(transaction, caller, " AND f.id = :id FOR UPDATE OF f")
        .bind("id", id)
        .one(FlavorStore::flavor)
        .switchIfEmpty(Mono.error(() -> missing(id)));
  }

  private static Statement seen(Session session, Caller caller, String rest) {
    return session
        .sql(SEEN + rest)
        .bind("all", caller.isAdmin())
        .bind("project", caller.claims().projectId().orElse(""));
  }

  public Mono<Void> insert(Session session, Flavor flavor) {
    return session
        .sql(INSERT)
        .bind("id", flavor.id())
        .bind("name", flavor.name())
        .bind("description", flavor.description())
        .bind("vcpus", flavor.vcpus())
        .bind("ram", flavor.ramMib())
        .bind("disk", flavor.diskGib())
        .bind("ephemeral", flavor.extra().ephemeralGib())
        .bind("swap", flavor.extra().swapMib())
        .bind("rxtx", flavor.extra().rxtxFactor())
        .bind("public", flavor.isPublic())
        .execute()
        .then();
  }

  public Mono<Void> describe(Session session, String id, String description) {
    return session
        .sql("UPDATE flavor SET description = :description WHERE id = :id")
        .bind("id", id)
        .bind("description", description)
        .execute()
        .then();
  }

  public Mono<Void> delete(Session session, String id) {
    return session
        .sql("DELETE FROM flavor WHERE id = :id")
        .bind("id", id)
        .execute()
        .flatMap(rows -> rows == 1 ? Mono.empty() : Mono.error(() -> missing(id)));
  }

  /** Replaces the extra specs. */
  public Mono<Void> setExtraSpecs(Session session, String id, Map<String, String> specs) {
    return session
        .sql("UPDATE flavor SET extra_specs = CAST(:specs AS jsonb) WHERE id = :id")
        .bind("id", id)
        .bindJson("specs", specs)
        .execute()
        .then();
  }

  /** The projects that see a flavor which is not public. */
  public Flux<String> projects(Session session, String id) {
    return session
        .sql("SELECT project_id FROM flavor_access WHERE flavor_id = :id ORDER BY project_id")
        .bind("id", id)
        .all(row -> row.text("project_id"));
  }

  /** Lets a project see it; fails with a duplicate key if it does already. */
  public Mono<Void> open(Session session, String id, String project) {
    return session
        .sql("INSERT INTO flavor_access (flavor_id, project_id) VALUES (:id, :project)")
        .bind("id", id)
        .bind("project", project)
        .execute()
        .then();
  }

  /** The project sees it no more; whether it did. */
  public Mono<Boolean> close(Session session, String id, String project) {
    return session
        .sql("DELETE FROM flavor_access WHERE flavor_id = :id AND project_id = :project")
        .bind("id", id)
        .bind("project", project)
        .execute()
        .map(rows -> rows == 1);
  }

  private static ApiFault missing(String id) {
    return ApiFault.notFound("Flavor", id);
  }

  private static Flavor flavor(Row row) {
    return new Flavor(
        row.text("id"),
        row.text("name"),
        row.text("description"),
        row.integer("vcpus"),
        row.integer("ram_mib"),
        row.integer("disk_gib"),
        new Flavor.Extra(
            row.integer("ephemeral_gib"), row.integer("swap_mib"), row.real("rxtx_factor")),
        row.flag("is_public"),
        row.textMap("specs"));
  }
}
