package io.virga.control.compute.store;

import io.virga.control.compute.model.Move;
import io.virga.control.compute.model.Server;
import io.virga.control.compute.model.Shelf;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import io.virga.dataplane.desired.PowerState;
import io.virga.dataplane.json.Json;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Servers. */
public final class ServerStore {

  private static final String ADMIN = "admin";

  static final String THING = "Instance";
  static final String VISIBLE = "(:everything OR s.project_id = :project)";
  private static final String COLUMNS =
      """
      SELECT s.id, s.project_id, s.user_id, s.name, s.description, s.hostname, s.host, s.zone,
             s.reservation_id, s.launch_index, s.group_id, s.flavor_id, s.flavor_name, s.vcpus, s.ram_mib,
             s.disk_gib, s.ephemeral_gib, s.swap_mib,
             s.image_id, s.key_name, s.config_drive, s.disk_config, s.security_groups,
             s.rescued, s.shelf, s.tags, s.access_v4, s.access_v6, s.locked_by, s.locked_reason, s.power,
             s.hard_reboots, s.soft_reboots, s.generation, s.task, s.observed_generation,
             s.observed_power, s.error, s.launched_at, s.created_at, s.updated_at,
             s.metadata::text AS items, s.extra_specs::text AS specs, s.resized_from::text AS before,
             s.move::text AS way,
      """;
  static final OwnedRows<Server> ROWS = rows("s.public_key, s.user_data", ServerStore::server);
  private static final String INSERT =
      """
      INSERT INTO server (id, project_id, user_id, name, description, hostname, host, flavor_id, flavor_name,
                          vcpus, ram_mib, disk_gib, ephemeral_gib, swap_mib,
                          extra_specs, image_id, key_name, public_key, user_data,
                          config_drive, metadata, tags, access_v4, access_v6, disk_config, reservation_id,
                          launch_index, group_id, zone, security_groups, power, error, status, vm_state,
                          task_state, power_state)
      VALUES (:id, :project, :user, :name, :description, :hostname, :host, :flavor, :flavorName, :vcpus,
              :ram, :disk, :ephemeral, :swap, CAST(:specs AS jsonb), :image, :keyName, :publicKey, :userData, :drive,
              CAST(:metadata AS jsonb), :tags, :v4, :v6, :diskConfig, :reservation, :index, :group, :zone, :groups,
              :power, :error, :status, :vmState, :taskState, :powerState)
      """;

  private static final String UPDATE =
      """
      UPDATE server SET name = :name, description = :description, metadata = CAST(:metadata AS jsonb),
             tags = :tags, access_v4 = :v4, access_v6 = :v6, disk_config = :diskConfig,
             flavor_id = :flavor, flavor_name = :flavorName, vcpus = :vcpus, ram_mib = :ram,
             disk_gib = :disk, ephemeral_gib = :ephemeral, swap_mib = :swap, extra_specs = CAST(:specs AS jsonb),
             resized_from = CAST(:before AS jsonb), rescued = :rescued, shelf = :shelf,
             host = :host, zone = :zone, move = CAST(:move AS jsonb), image_id = :image,
             key_name = :keyName, public_key = :publicKey, user_data = :userData, config_drive = :drive,
             security_groups = :groups, locked_by = :lockedBy, locked_reason = :lockedReason,
             power = :power, hard_reboots = :hard, soft_reboots = :soft, generation = :generation,
             task = :task, status = :status, vm_state = :vmState, task_state = :taskState,
             power_state = :powerState, updated_at = now()
       WHERE id = :id
      """;

  /** An older generation than one that was already reported says nothing new. */
  private static final String OBSERVE =
      """
      UPDATE server SET observed_generation = :generation, observed_power = :power, error = :error,
             launched_at = :launched, status = :status, vm_state = :vmState, task_state = :taskState,
             power_state = :powerState, updated_at = now()
       WHERE id = :id AND observed_generation <= :generation
      """;

  /**
   * Servers.
   *
   * @param access how their public keys and user data are read
   */
  static OwnedRows<Server> rows(String access, Function<Row, Server> read) {
    return new OwnedRows<>(
        THING, new OwnedRows.Query("s", COLUMNS + access + " FROM server s", VISIBLE), read);
  }

  public Mono<Server> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** Finds one and keeps others from changing it. */
  public Mono<Server> lock(Transaction transaction, Viewer viewer, UUID id) {
    return ROWS.lock(transaction, viewer, id);
  }

  public Mono<Void> insert(Transaction transaction, Server server) {
    return described(transaction.sql(INSERT), server)
        .bind("project", server.projectId())
        .bind("user", server.owner().userId())
        .bind("hostname", server.hostname())
        .bind("host", server.host())
        .bind("reservation", server.placed().reservationId())
        .bind("index", server.placed().launchIndex())
        .bind("zone", server.placed().zone())
        .bind("group", server.placed().groupId(), UUID.class)
        .bind("error", server.observed().error(), String.class)
        .execute()
        .then();
  }

  /** Writes all that its tenant says of a locked server, and what is desired of it. */
  public Mono<Void> update(Transaction transaction, Server server) {
    return described(transaction.sql(UPDATE), server)
        .bind("before", server.build().resizedFrom().map(Json::text), String.class)
        .bind("rescued", server.build().rescued())
        .bind("shelf", server.placed().shelf().name())
        .bind("host", server.host())
        .bind("zone", server.placed().zone())
        .bind("move", server.placed().move().map(Json::text), String.class)
        .bind("lockedBy", server.lock().map(l -> l.byAdmin() ? ADMIN : "owner"), String.class)
        .bind("lockedReason", server.lock().flatMap(Server.Lock::reason), String.class)
        .bind("hard", server.desired().hardReboots())
        .bind("soft", server.desired().softReboots())
        .bind("generation", server.desired().generation())
        .bind("task", server.desired().task(), String.class)
        .execute()
        .then();
  }

  /** What both statements write. */
  private static Statement described(Statement statement, Server server) {
    Server.Description description = server.description();
    Server.Build build = server.build();
    return derived(statement, server)
        .bind("id", server.id())
        .bind("name", description.name())
        .bind("description", description.text())
        .bindJson("metadata", description.metadata())
        .bind("tags", description.tags().toArray(String[]::new))
        .bind("v4", description.accessV4())
        .bind("v6", description.accessV6())
        .bind("diskConfig", build.diskConfig())
        .bind("flavor", build.size().flavorId())
        .bind("flavorName", build.size().flavorName())
        .bind("vcpus", build.size().vcpus())
        .bind("ram", build.size().ramMib())
        .bind("disk", build.size().diskGib())
        .bind("ephemeral", build.size().ephemeralGib())
        .bind("swap", build.size().swapMib())
        .bindJson("specs", build.size().extraSpecs())
        .bind("image", build.imageId())
        .bind("keyName", build.access().keyName(), String.class)
        .bind("publicKey", build.access().publicKey(), String.class)
        .bind("userData", build.access().userData(), String.class)
        .bind("drive", build.access().configDrive())
        .bind("groups", build.securityGroups().toArray(String[]::new))
        .bind("power", server.desired().power().name());
  }

  /** Notes what the agent of its host has said of a locked server. */
  public Mono<Void> observe(Transaction transaction, Server server) {
    return derived(transaction.sql(OBSERVE), server)
        .bind("id", server.id())
        .bind("generation", server.observed().generation())
        .bind("power", server.observed().power())
        .bind("error", server.observed().error(), String.class)
        .bind("launched", server.observed().launchedAt(), Instant.class)
        .execute()
        .then();
  }

  /** What lists are filtered and sorted by. */
  private static Statement derived(Statement statement, Server server) {
    return statement
        .bind("status", server.status())
        .bind("vmState", server.vmState().word())
        .bind("taskState", server.task().orElse(""))
        .bind("powerState", server.powerState());
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return transaction.sql("DELETE FROM server WHERE id = :id").bind("id", id).execute().then();
  }

  static Server server(Row row) {
    return new Server(
        row.uuid("id"),
        new Server.Owner(row.text("project_id"), row.text("user_id")),
        new Server.Description(
            row.text("name"),
            row.text("description"),
            row.textMap("items"),
            row.texts("tags"),
            row.text("access_v4"),
            row.text("access_v6")),
        build(row),
        row.text("hostname"),
        new Server.Placed(
            row.text("host"),
            row.text("zone"),
            row.text("reservation_id"),
            row.integer("launch_index"),
            row.optionalUuid("group_id"),
            Shelf.valueOf(row.text("shelf")),
            row.optionalText("way").map(json -> Json.read(json, Move.class))),
        row.optionalText("locked_by")
            .map(by -> new Server.Lock(by.equals(ADMIN), row.optionalText("locked_reason"))),
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

  private static Server.Build build(Row row) {
    return new Server.Build(
        new Server.Size(
            row.text("flavor_id"),
            row.text("flavor_name"),
            row.integer("vcpus"),
            row.integer("ram_mib"),
            row.integer("disk_gib"),
            row.integer("ephemeral_gib"),
            row.integer("swap_mib"),
            row.textMap("specs")),
        row.optionalText("before").map(json -> Json.read(json, Server.Size.class)),
        row.text("image_id"),
        new Server.Access(
            row.optionalText("key_name"),
            row.optionalText("public_key"),
            row.optionalText("user_data"),
            row.flag("config_drive")),
        row.text("disk_config"),
        row.texts("security_groups"),
        row.flag("rescued"));
  }
}
