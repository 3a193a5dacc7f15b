package io.virga.control.compute.store;

import io.virga.control.compute.model.Server;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import io.virga.dataplane.desired.PowerState;
import java.time.Instant;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Servers. */
public final class ServerStore {

  private static final String COLUMNS = "SELECT s.*, s.metadata::text AS items FROM server s";

  private static final OwnedRows<Server> ROWS =
      new OwnedRows<>(
          "Instance",
          new OwnedRows.Query("s", COLUMNS, "(:everything OR s.project_id = :project)"),
          ServerStore::server);

  private static final String INSERT =
      """
      INSERT INTO server (id, project_id, user_id, name, description, hostname, host, flavor_id, flavor_name,
                          vcpus, ram_mib, disk_gib, image_id, key_name, public_key, user_data,
                          config_drive, metadata, security_groups, power, error)
      VALUES (:id, :project, :user, :name, :description, :hostname, :host, :flavor, :flavorName, :vcpus,
              :ram, :disk, :image, :keyName, :publicKey, :userData, :drive, CAST(:metadata AS jsonb),
              :groups, :power, :error)
      """;

  private static final String UPDATE_DESIRED =
      """
      UPDATE server SET power = :power, hard_reboots = :hard, soft_reboots = :soft,
             generation = :generation, task = :task, updated_at = now()
       WHERE id = :id
      """;

  private static final String UPDATE_DESCRIPTION =
      """
      UPDATE server SET name = :name, description = :description, metadata = CAST(:metadata AS jsonb),
             updated_at = now()
       WHERE id = :id
      """;

  /** An older generation than one that was already reported says nothing new. */
  private static final String OBSERVE =
      """
      UPDATE server SET observed_generation = :generation, observed_power = :power, error = :error,
             launched_at = coalesce(launched_at, :launched), updated_at = now()
       WHERE id = :id AND host = :host AND observed_generation <= :generation
      """;

  /** Newest first. */
  public Flux<Server> list(Session session, Viewer viewer) {
    return ROWS.list(session, viewer);
  }

  public Mono<Server> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** Finds one and keeps others from changing it. */
  public Mono<Server> lock(Transaction transaction, Viewer viewer, UUID id) {
    return ROWS.lock(transaction, viewer, id);
  }

  public Mono<Void> insert(Transaction transaction, Server server) {
    return transaction
        .sql(INSERT)
        .bind("id", server.id())
        .bind("project", server.projectId())
        .bind("user", server.userId())
        .bind("name", server.name())
        .bind("description", server.description())
        .bind("hostname", server.hostname())
        .bind("host", server.host())
        .bind("flavor", server.size().flavorId())
        .bind("flavorName", server.size().flavorName())
        .bind("vcpus", server.size().vcpus())
        .bind("ram", server.size().ramMib())
        .bind("disk", server.size().diskGib())
        .bind("image", server.imageId())
        .bind("keyName", server.access().keyName(), String.class)
        .bind("publicKey", server.access().publicKey(), String.class)
        .bind("userData", server.access().userData(), String.class)
        .bind("drive", server.access().configDrive())
        .bindJson("metadata", server.metadata())
        .bind("groups", server.securityGroups().toArray(String[]::new))
        .bind("power", server.desired().power().name())
        .bind("error", server.observed().error(), String.class)
        .execute()
        .then();
  }

  public Mono<Void> updateDesired(Transaction transaction, UUID id, Server.Desired desired) {
    return transaction
        .sql(UPDATE_DESIRED)
        .bind("id", id)
        .bind("power", desired.power().name())
        .bind("hard", desired.hardReboots())
        .bind("soft", desired.softReboots())
        .bind("generation", desired.generation())
        .bind("task", desired.task(), String.class)
        .execute()
        .then();
  }

  /** Writes name, description and metadata. */
  public Mono<Void> updateDescription(Transaction transaction, Server server) {
    return transaction
        .sql(UPDATE_DESCRIPTION)
        .bind("id", server.id())
        .bind("name", server.name())
        .bind("description", server.description())
        .bindJson("metadata", server.metadata())
        .execute()
        .then();
  }

  /** Notes what the agent of the host has said; nothing if the server is not that host's. */
  public Mono<Void> observe(
      Transaction transaction, UUID id, String host, Server.Observed observed) {
    return transaction
        .sql(OBSERVE)
        .bind("id", id)
        .bind("host", host)
        .bind("generation", observed.generation())
        .bind("power", observed.power())
        .bind("error", observed.error(), String.class)
        .bind("launched", observed.launchedAt(), Instant.class)
        .execute()
        .then();
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return transaction.sql("DELETE FROM server WHERE id = :id").bind("id", id).execute().then();
  }

  private static Server server(Row row) {
    return new Server(
        row.uuid("id"),
        row.text("project_id"),
        row.text("user_id"),
        row.text("name"),
        row.text("description"),
        row.text("hostname"),
        row.text("host"),
        new Server.Size(
            row.text("flavor_id"),
            row.text("flavor_name"),
            row.integer("vcpus"),
            row.integer("ram_mib"),
            row.integer("disk_gib")),
        row.text("image_id"),
        new Server.Access(
            row.optionalText("key_name"),
            row.optionalText("public_key"),
            row.optionalText("user_data"),
            row.flag("config_drive")),
        row.textMap("items"),
        row.texts("security_groups"),
        new Server.Desired(
            PowerState.valueOf(row.text("power")),
            row.number("hard_reboots"),
            row.number("soft_reboots"),
            row.number("generation"),
            row.optionalText("task")),
        new Server.Observed(
            row.number("observed_generation"),
            row.text("observed_power"),
            row.optionalText("error"),
            row.optionalTime("launched_at")),
        row.time("created_at"),
        row.time("updated_at"));
  }
}
