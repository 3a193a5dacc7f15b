package io.virga.control.compute.store;

import io.virga.control.compute.model.Flavor;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.fault.ApiFault;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Flavors. */
public final class FlavorStore {

  private static final String COLUMNS =
      """
      SELECT id, name, description, vcpus, ram_mib, disk_gib, is_public, extra_specs::text AS specs
        FROM flavor
      """;

  private static final String INSERT =
      """
      INSERT INTO flavor (id, name, description, vcpus, ram_mib, disk_gib, is_public)
      VALUES (:id, :name, :description, :vcpus, :ram, :disk, :public)
      """;

  /** All that a tenant sees; the others too for an administrator. */
  public Flux<Flavor> list(Session session, boolean all) {
    return session
        .sql(COLUMNS + " WHERE is_public OR :all ORDER BY ram_mib, vcpus, id")
        .bind("all", all)
        .all(FlavorStore::flavor);
  }

  public Mono<Flavor> find(Session session, String id, boolean all) {
    return session
        .sql(COLUMNS + " WHERE id = :id AND (is_public OR :all)")
        .bind("id", id)
        .bind("all", all)
        .one(FlavorStore::flavor)
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Flavor", id)));
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
        .bind("public", flavor.isPublic())
        .execute()
        .then();
  }

  public Mono<Void> delete(Session session, String id) {
    return session
        .sql("DELETE FROM flavor WHERE id = :id")
        .bind("id", id)
        .execute()
        .flatMap(
            rows -> rows == 1 ? Mono.empty() : Mono.error(() -> ApiFault.notFound("Flavor", id)));
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

  private static Flavor flavor(Row row) {
    return new Flavor(
        row.text("id"),
        row.text("name"),
        row.text("description"),
        row.integer("vcpus"),
        row.integer("ram_mib"),
        row.integer("disk_gib"),
        row.flag("is_public"),
        row.textMap("specs"));
  }
}
