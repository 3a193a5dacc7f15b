package io.virga.control.volume.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.tenancy.OwnedLists;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.Attachment;
import io.virga.control.volume.model.Volume;
import io.virga.dataplane.desired.InstanceSpec.IscsiSource;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.VolumeSource;
import io.virga.dataplane.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Volumes. */
public final class VolumeStore {

  private static final String COLUMNS =
      """
      SELECT v.*, v.source::text AS made_from, v.metadata::text AS items, v.qos::text AS limits,
             t.name AS type_name, v.outside::text AS held_outside, v.iscsi::text AS iscsi_source,
             v.doors::text AS open_doors, v.image_metadata::text AS of_image
        FROM volume v LEFT JOIN volume_type t ON t.id = v.type_id
      """;

  private static final String VISIBLE = "NOT v.root AND (:everything OR v.project_id = :project)";

  private static final OwnedRows<Volume> ROWS =
      new OwnedRows<>("Volume", new OwnedRows.Query("v", COLUMNS, VISIBLE), VolumeStore::volume);

  /** Pages of those that a viewer sees, under the alias {@code v}. */
  public static final OwnedLists<Volume> LISTS = new OwnedLists<>("volume", ROWS);

  private static final String OF_ATTACHMENT =
      " WHERE " + VISIBLE + " AND v.attachment_id = :attachment";

  private static final String INSERT =
      """
      INSERT INTO volume (id, project_id, user_id, name, description, metadata, host, size_bytes, source,
                          image_id, image_name, root, presence, generation, resize_generation, epoch,
                          instance_id, device, ends_with_instance, attached_at, attachment_id, error, fetched,
                          type_id, qos, bootable, image_metadata, group_id)
      VALUES (:id, :project, :user, :name, :description, CAST(:metadata AS jsonb), :host, :size,
              CAST(:source AS jsonb), :image, :imageName, :root, :presence, :generation, :resize, :epoch,
              :instance, :device, :ends, :attachedAt, :attachment, :error, :image IS NULL, :type,
              CAST(:qos AS jsonb), :bootable, CAST(:imageMetadata AS jsonb), :group)
      """;

  private static final String UPDATE =
      """
      UPDATE volume SET name = :name, description = :description, metadata = CAST(:metadata AS jsonb),
             size_bytes = :size, presence = :presence, generation = :generation,
             error = CASE WHEN generation < :generation THEN NULL ELSE error END,
             resize_generation = :resize, epoch = :epoch, instance_id = :instance, device = :device,
             attached_at = :attachedAt, detaching = :detaching, replaces = :replaces,
             ends_with_instance = :ends, attachment_id = :attachment,
             outside = CAST(:outside AS jsonb), iscsi = CAST(:iscsi AS jsonb),
             doors = CAST(:doors AS jsonb), type_id = :type,
             qos = CAST(:qos AS jsonb), bootable = :bootable, read_only = :readOnly,
             image_metadata = CAST(:imageMetadata AS jsonb), group_id = :group,
             status = :status, revert_snapshot = :revertTo, revert_generation = :revertGeneration,
             updated_at = now()
       WHERE id = :id
      """;

  /** A report that says nothing new, as most do, writes nothing. */
  private static final String OBSERVE =
      """
      UPDATE volume SET observed_generation = :generation, fetched = fetched OR :fetched, error = :error,
             updated_at = now()
       WHERE id = :id AND host = :host AND observed_generation <= :generation
         AND ((observed_generation, error) IS DISTINCT FROM (:generation, CAST(:error AS text))
              OR fetched < :fetched)
      """;

  private static final String USED =
      """
      SELECT EXISTS (SELECT FROM volume_snapshot s WHERE s.volume_id = :id AND s.presence = 'PRESENT')
          OR EXISTS (SELECT FROM volume c
                      WHERE c.observed_generation = 0 AND c.presence = 'PRESENT'
                        AND c.source ->> 'type' = 'volume' AND c.source ->> 'volumeId' = :text) AS used
      """;

  /** Its snapshots keep the row until they are gone as well. */
  private static final String DELETE =
      """
      DELETE FROM volume v
       WHERE v.id = :id AND NOT EXISTS (SELECT FROM volume_snapshot s WHERE s.volume_id = v.id)
      RETURNING v.group_id
      """;

  private static final String LOCKED = " FOR UPDATE OF v";

  private static final String OF_QOS =
      " WHERE t.qos_id = :qos AND v.presence = 'PRESENT' ORDER BY v.id" + LOCKED;

  public Mono<Volume> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** Finds one and keeps others from changing it. */
  public Mono<Volume> lock(Transaction transaction, Viewer viewer, UUID id) {
    return ROWS.lock(transaction, viewer, id);
  }

  /** The one with the attachment; empty if there is none. */
  public Mono<Volume> ofAttachment(Session session, Viewer viewer, UUID attachmentId) {
    return viewer
        .bind(session.sql(COLUMNS + OF_ATTACHMENT))
        .bind("attachment", attachmentId)
        .one(VolumeStore::volume);
  }

  /** Likewise, and keeps others from changing it. */
  public Mono<Volume> lockOfAttachment(Transaction transaction, Viewer viewer, UUID attachmentId) {
    return viewer
        .bind(transaction.sql(COLUMNS + OF_ATTACHMENT + LOCKED))
        .bind("attachment", attachmentId)
        .one(VolumeStore::volume);
  }

  /** One of a host, root disks too; empty if there is none. */
  public Mono<Volume> lockOfHost(Transaction transaction, String host, UUID id) {
    return ROWS.lockOfHost(transaction, host, id);
  }

  /** Any, root disks too; empty if there is none. */
  public Mono<Volume> findAny(Session session, UUID id) {
    return session.sql(COLUMNS + " WHERE v.id = :id").bind("id", id).one(VolumeStore::volume);
  }

  /** Likewise, and keeps others from changing it. */
  public Mono<Volume> lockAny(Transaction transaction, UUID id) {
    return transaction
        .sql(COLUMNS + " WHERE v.id = :id" + LOCKED)
        .bind("id", id)
        .one(VolumeStore::volume);
  }

  /** What is in the instances, root disks first. */
  public Flux<Volume> ofInstances(Session session, List<String> instanceIds) {
    return session
        .sql(COLUMNS + " WHERE v.instance_id = ANY(:ids) ORDER BY v.root DESC, v.attached_at, v.id")
        .bind("ids", instanceIds.toArray(String[]::new))
        .all(VolumeStore::volume);
  }

  /** Likewise, and keeps others from changing it. */
  public Flux<Volume> lockOfInstance(Transaction transaction, String instanceId) {
    return transaction
        .sql(COLUMNS + " WHERE v.instance_id = :id ORDER BY v.root DESC, v.id FOR UPDATE OF v")
        .bind("id", instanceId)
        .all(VolumeStore::volume);
  }

  /** Those whose types the QoS limits, and that are to stay; keeps others from changing them. */
  public Flux<Volume> lockOfQos(Transaction transaction, UUID qosId) {
    return transaction.sql(COLUMNS + OF_QOS).bind("qos", qosId).all(VolumeStore::volume);
  }

  /** Likewise those of a type. */
  public Flux<Volume> lockOfType(Transaction transaction, UUID typeId) {
    return transaction
        .sql(COLUMNS + " WHERE v.type_id = :type AND v.presence = 'PRESENT' ORDER BY v.id" + LOCKED)
        .bind("type", typeId)
        .all(VolumeStore::volume);
  }

  /** Those of a group; keeps others from changing them. */
  public Flux<Volume> lockOfGroup(Transaction transaction, UUID groupId) {
    return transaction
        .sql(COLUMNS + " WHERE v.group_id = :group ORDER BY v.id" + LOCKED)
        .bind("group", groupId)
        .all(VolumeStore::volume);
  }

  /** A volume that is on its way out, kept from being changed; empty if it is to stay. */
  public Mono<Volume> lockLeaving(Transaction transaction, UUID id) {
    return transaction
        .sql(COLUMNS + " WHERE v.id = :id AND v.presence = 'ABSENT'" + LOCKED)
        .bind("id", id)
        .one(VolumeStore::volume);
  }

  /** Whether snapshots that are to stay, or volumes that are being made, still need the volume. */
  public Mono<Boolean> isUsed(Session session, UUID id) {
    return session
        .sql(USED)
        .bind("id", id)
        .bind("text", id.toString())
        .one(row -> row.flag("used"));
  }

  public Mono<Void> insert(Transaction transaction, Volume volume) {
    Optional<Attachment> attachment = volume.attachment();
    Optional<Attachment.Instance> instance = attachment.flatMap(Attachment::instance);
    Optional<Volume.Type> type = volume.traits().type();
    return transaction
        .sql(INSERT)
        .bind("type", type.map(Volume.Type::id), UUID.class)
        .bindJson("qos", type.map(Volume.Type::qos).orElse(Map.of()))
        .bind("bootable", volume.traits().bootable())
        .bindJson("imageMetadata", volume.traits().imageMetadata())
        .bind("group", volume.traits().group(), UUID.class)
        .bind("id", volume.id())
        .bind("project", volume.projectId())
        .bind("user", volume.userId())
        .bind("name", volume.description().name())
        .bind("description", volume.description().text())
        .bindJson("metadata", volume.description().metadata())
        .bind("host", volume.host())
        .bind("size", volume.sizeBytes())
        .bindJson("source", volume.source())
        .bind("image", volume.image().map(Volume.ImageOrigin::id), String.class)
        .bind("imageName", volume.image().map(Volume.ImageOrigin::name), String.class)
        .bind("root", volume.root())
        .bind("presence", volume.desired().presence().name())
        .bind("generation", volume.desired().generation())
        .bind("resize", volume.desired().resizeGeneration())
        .bind("epoch", volume.desired().epoch())
        .bind("instance", instance.map(Attachment.Instance::instanceId), String.class)
        .bind("device", instance.map(Attachment.Instance::device), String.class)
        .bind("ends", instance.map(Attachment.Instance::ends).orElse(false))
        .bind("attachedAt", attachment.map(Attachment::at), Instant.class)
        .bind("attachment", attachment.map(Attachment::id), UUID.class)
        .bind("error", volume.observed().error(), String.class)
        .execute()
        .then();
  }

  /** Writes what its owner says of it and what is desired. */
  public Mono<Void> update(Transaction transaction, Volume volume) {
    Optional<Attachment> attachment = volume.attachment();
    Optional<Attachment.Instance> instance = attachment.flatMap(Attachment::instance);
    Volume.Traits traits = volume.traits();
    Optional<Volume.Revert> revert = volume.desired().revert();
    return transaction
        .sql(UPDATE)
        .bind("type", traits.type().map(Volume.Type::id), UUID.class)
        .bindJson("qos", traits.type().map(Volume.Type::qos).orElse(Map.of()))
        .bind("bootable", traits.bootable())
        .bindJson("imageMetadata", traits.imageMetadata())
        .bind("group", traits.group(), UUID.class)
        .bind("readOnly", traits.readOnly(), Boolean.class)
        .bind("status", traits.status(), String.class)
        .bind("revertTo", revert.map(Volume.Revert::snapshotId), UUID.class)
        .bind("revertGeneration", revert.map(Volume.Revert::generation), Long.class)
        .bind("id", volume.id())
        .bind("name", volume.description().name())
        .bind("description", volume.description().text())
        .bindJson("metadata", volume.description().metadata())
        .bind("size", volume.sizeBytes())
        .bind("presence", volume.desired().presence().name())
        .bind("generation", volume.desired().generation())
        .bind("resize", volume.desired().resizeGeneration())
        .bind("epoch", volume.desired().epoch())
        .bind("instance", instance.map(Attachment.Instance::instanceId), String.class)
        .bind("device", instance.map(Attachment.Instance::device), String.class)
        .bind("ends", instance.map(Attachment.Instance::ends).orElse(false))
        .bind("attachedAt", attachment.map(Attachment::at), Instant.class)
        .bind("detaching", instance.map(Attachment.Instance::detaching).orElse(false))
        .bind("replaces", instance.flatMap(Attachment.Instance::replaces), UUID.class)
        .bind("attachment", attachment.map(Attachment::id), UUID.class)
        .bind("outside", attachment.flatMap(VolumeStore::outside), String.class)
        .bind("iscsi", attachment.flatMap(Attachment::iscsi).map(Json::text), String.class)
        .bind("doors", instance.flatMap(VolumeStore::doors), String.class)
        .execute()
        .then();
  }

  /** Notes what the agent of the host has said; nothing if the volume is not that host's. */
  public Mono<Void> observe(
      Transaction transaction, UUID id, String host, Volume.Observed observed) {
    return transaction
        .sql(OBSERVE)
        .bind("id", id)
        .bind("host", host)
        .bind("generation", observed.generation())
        .bind("fetched", observed.fetched())
        .bind("error", observed.error(), String.class)
        .execute()
        .then();
  }

  /**
   * Deletes a volume that has no snapshots any more, and its group with the last; whether it had
   * none.
   */
  public Mono<Boolean> delete(Transaction transaction, UUID id) {
    return transaction
        .sql(DELETE)
        .bind("id", id)
        .one(row -> row.optionalUuid("group_id"))
        .flatMap(
            group ->
                Mono.justOrEmpty(group)
                    .flatMap(left -> GroupStore.end(transaction, left))
                    .thenReturn(true))
        .defaultIfEmpty(false);
  }

  private static Volume volume(Row row) {
    return new Volume(
        row.uuid("id"),
        row.text("project_id"),
        row.text("user_id"),
        new Volume.Description(row.text("name"), row.text("description"), row.textMap("items")),
        row.text("host"),
        row.number("size_bytes"),
        row.json("made_from", VolumeSource.class),
        row.optionalText("image_id")
            .map(id -> new Volume.ImageOrigin(id, row.optionalText("image_name").orElse(""))),
        row.flag("root"),
        traits(row),
        attachment(row),
        new Volume.Desired(
            Presence.valueOf(row.text("presence")),
            row.number("generation"),
            row.number("resize_generation"),
            row.number("epoch"),
            revert(row)),
        new Volume.Observed(
            row.number("observed_generation"), row.flag("fetched"), row.optionalText("error")),
        row.time("created_at"),
        row.time("updated_at"));
  }

  private static Volume.Traits traits(Row row) {
    return new Volume.Traits(
        row.optionalUuid("type_id")
            .map(id -> new Volume.Type(id, row.text("type_name"), row.textMap("limits"))),
        row.flag("bootable"),
        row.optionalFlag("read_only"),
        row.optionalText("status"),
        row.textMap("of_image"),
        row.optionalUuid("group_id"));
  }

  private static Optional<Volume.Revert> revert(Row row) {
    return row.optionalUuid("revert_snapshot")
        .map(snapshot -> new Volume.Revert(snapshot, row.number("revert_generation")));
  }

  private static Optional<Attachment> attachment(Row row) {
    return row.optionalUuid("attachment_id")
        .map(
            id ->
                new Attachment(
                    id,
                    holder(row),
                    row.optionalTime("attached_at").orElse(Instant.EPOCH),
                    row.optionalText("iscsi_source")
                        .map(json -> Json.read(json, IscsiSource.class))));
  }

  private static Attachment.Holder holder(Row row) {
    Optional<String> instance = row.optionalText("instance_id");
    return instance.isPresent()
        ? new Attachment.Instance(
            instance.get(),
            row.text("device"),
            row.flag("ends_with_instance"),
            row.flag("detaching"),
            row.optionalUuid("replaces"),
            row.optionalText("open_doors")
                .map(json -> Json.read(json, Attachment.Doors.class))
                .orElse(Attachment.Doors.OWN))
        : row.json("held_outside", Attachment.Outside.class);
  }

  private static Optional<String> doors(Attachment.Instance instance) {
    return Optional.of(instance.doors())
        .filter(doors -> !doors.equals(Attachment.Doors.OWN))
        .map(Json::text);
  }

  private static Optional<String> outside(Attachment attachment) {
    return attachment.holder() instanceof Attachment.Outside outside
        ? Optional.of(Json.text(outside))
        : Optional.empty();
  }
}
