package io.virga.control.image.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.image.model.Destination;
import io.virga.control.image.model.Image;
import io.virga.control.image.model.Intake;
import io.virga.control.image.model.Placement;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Images. A public one is everyone's to see, a community one to those who know its id, a shared one
 * to those whom it is shared with.
 */
public final class ImageStore {

  private static final String COLUMNS = "SELECT i.*, i.properties::text AS items FROM image i ";

  private static final OwnedRows<Image> ROWS =
      new OwnedRows<>(
          "Image",
          new OwnedRows.Query(
              "i",
              COLUMNS,
              """
              (:everything OR i.project_id = :project
                OR i.visibility IN ('public', 'community')
                OR i.visibility = 'shared'
                   AND EXISTS (SELECT FROM image_member m
                                WHERE m.image_id = i.id AND m.project_id = :project))"""),
          ImageStore::image);

  private static final String LIST =
      COLUMNS
          + """
             WHERE :everything OR i.project_id = :project OR i.visibility = 'public'
                OR i.visibility = 'community' AND :community
                OR i.visibility = 'shared'
                   AND EXISTS (SELECT FROM image_member m
                                WHERE m.image_id = i.id AND m.project_id = :project
                                  AND m.status = coalesce(CAST(:member AS text), m.status))
             ORDER BY i.created_at DESC, i.id
            """;

  private static final String INSERT =
      """
      INSERT INTO image (id, project_id, name, status, visibility, disk_format, container_format,
                         min_disk_gib, min_ram_mib, protected, hidden, tags, properties)
      VALUES (:id, :project, :name, :status, :visibility, :disk, :container, :minDisk, :minRam, :protected,
              :hidden, :tags, CAST(:properties AS jsonb))
      """;

  private static final String UPDATE =
      """
      UPDATE image SET project_id = :project, name = :name, visibility = :visibility, disk_format = :disk,
             container_format = :container, min_disk_gib = :minDisk, min_ram_mib = :minRam,
             protected = :protected, hidden = :hidden, tags = :tags,
             properties = CAST(:properties AS jsonb), updated_at = now()
       WHERE id = :id
      """;

  private static final String BEGIN =
      """
      UPDATE image SET status = :by, saving_on = :control, importing_to = CAST(:stores AS text[]),
             failed_import = CASE WHEN CAST(:stores AS text[]) IS NULL THEN NULL ELSE ARRAY[]::text[] END,
             updated_at = now()
       WHERE id = :id AND status = :from AND saving_on IS NULL
      """;

  private static final String STAGED =
      "UPDATE image SET saving_on = NULL, updated_at = now() WHERE id = :id AND saving_on IS NOT NULL";

  private static final String FINISH =
      """
      UPDATE image SET status = 'active', saving_on = NULL, size_bytes = :size,
             virtual_size_bytes = :virtual, md5 = :md5, sha512 = :sha512, updated_at = now(),
             stores = ARRAY(SELECT s FROM unnest(CAST(:stores AS text[])) s ORDER BY s),
             importing_to = CASE WHEN importing_to IS NULL THEN NULL
                                 ELSE ARRAY(SELECT s FROM unnest(importing_to) s
                                             WHERE s <> ALL(CAST(:stores AS text[]))) END
       WHERE id = :id AND saving_on IS NOT NULL
      """;

  private static final String END =
      """
      UPDATE image SET status = :status, saving_on = NULL, failed_import = failed_import || importing_to,
             importing_to = CASE WHEN importing_to IS NULL THEN NULL ELSE ARRAY[]::text[] END,
             updated_at = now()
       WHERE id = :id AND saving_on IS NOT NULL
      """;

  private static final String TURN =
      "UPDATE image SET status = :to, updated_at = now() WHERE id = :id";

  private static final String GIVE_UP =
      "UPDATE image SET status = 'killed', updated_at = now() WHERE id = :id AND status = 'queued'";

  private static final String FORGET_UPLOADS =
      """
      UPDATE image SET status = 'queued', saving_on = NULL, failed_import = failed_import || importing_to,
             importing_to = CASE WHEN importing_to IS NULL THEN NULL ELSE ARRAY[]::text[] END,
             updated_at = now()
       WHERE saving_on = :control
      """;

  /**
   * Those that are listed to a viewer, newest first: his own, public ones, and those that are
   * shared with him as he asks.
   *
   * @param community whether he asks for the community's, too
   * @param memberStatus what he has made of those that are shared with him; empty for anything
   */
  public Flux<Image> list(
      Session session, Viewer viewer, boolean community, Optional<String> memberStatus) {
    return viewer
        .bind(session.sql(LIST))
        .bind("community", community)
        .bind("member", memberStatus, String.class)
        .all(ImageStore::image);
  }

  public Mono<Image> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** Finds one and keeps it from being removed until the session's transaction ends. */
  public Mono<Image> hold(Session session, Viewer viewer, UUID id) {
    return ROWS.hold(session, viewer, id);
  }

  /** Finds one that the viewer may change, and keeps others from changing it. */
  public Mono<Image> lockOwned(Transaction transaction, Viewer viewer, UUID id) {
    return ROWS.lock(transaction, viewer, id).map(image -> owned(image, viewer));
  }

  /** Finds one that the viewer may change. */
  public Mono<Image> findOwned(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id).map(image -> owned(image, viewer));
  }

  private static Image owned(Image image, Viewer viewer) {
    if (!viewer.everything() && !image.projectId().equals(viewer.projectId())) {
      throw ApiFault.forbidden("Image " + image.id() + " belongs to another project.");
    }
    return image;
  }

  public Mono<Void> insert(Transaction transaction, Image image) {
    return attributes(transaction.sql(INSERT).bind("status", image.status()), image)
        .execute()
        .then();
  }

  /** Writes what is said of it, and whose it is. */
  public Mono<Void> update(Transaction transaction, Image image) {
    return attributes(transaction.sql(UPDATE), image).execute().then();
  }

  private static Statement attributes(Statement statement, Image image) {
    Image.Attributes attributes = image.attributes();
    return statement
        .bind("id", image.id())
        .bind("project", image.projectId())
        .bind("name", attributes.name(), String.class)
        .bind("visibility", attributes.visibility())
        .bind("disk", attributes.diskFormat(), String.class)
        .bind("container", attributes.containerFormat(), String.class)
        .bind("minDisk", attributes.minDiskGib())
        .bind("minRam", attributes.minRamMib())
        .bind("protected", attributes.isProtected())
        .bind("hidden", attributes.hidden())
        .bind("tags", attributes.tags().toArray(String[]::new))
        .bindJson("properties", attributes.properties());
  }

  /**
   * Takes the one right to send its bytes; false if the image is not in the status for it.
   *
   * @param imported the stores that an import is to bring it to; empty if it is none
   */
  public Mono<Boolean> begin(
      Session session, UUID id, Intake intake, String control, Optional<Destination> imported) {
    return session
        .sql(BEGIN)
        .bind("id", id)
        .bind("from", intake.from())
        .bind("by", intake.by())
        .bind("control", control)
        .bind("stores", imported.map(to -> to.stores().toArray(String[]::new)), String[].class)
        .execute()
        .map(rows -> rows == 1);
  }

  /** All bytes are kept for an import; false if the image was deleted meanwhile. */
  public Mono<Boolean> staged(Session session, UUID id) {
    return session.sql(STAGED).bind("id", id).execute().map(rows -> rows == 1);
  }

  /** From one status to another, for one that is locked. */
  public Mono<Void> turn(Transaction transaction, UUID id, String status) {
    return transaction.sql(TURN).bind("id", id).bind("to", status).execute().then();
  }

  /** All is in the stores; false if the image was deleted meanwhile. */
  public Mono<Boolean> finishUpload(
      Session session, UUID id, Image.Content content, List<String> stores) {
    return session
        .sql(FINISH)
        .bind("id", id)
        .bind("size", content.sizeBytes())
        .bind("virtual", content.virtualSizeBytes())
        .bind("md5", content.md5())
        .bind("sha512", content.sha512())
        .bind("stores", stores.toArray(String[]::new))
        .execute()
        .map(rows -> rows == 1);
  }

  /** The upload, or import, has come to nothing. */
  public Mono<Void> endUpload(Session session, UUID id, String status) {
    return session.sql(END).bind("id", id).bind("status", status).execute().then();
  }

  /** No upload will come to an image that waits for one. */
  public Mono<Void> giveUp(Session session, UUID id) {
    return session.sql(GIVE_UP).bind("id", id).execute().then();
  }

  /** What an earlier life of this control process was taking in can be sent again. */
  public Mono<Void> forgetUploads(Session session, String control) {
    return session.sql(FORGET_UPLOADS).bind("control", control).execute().then();
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return transaction.sql("DELETE FROM image WHERE id = :id").bind("id", id).execute().then();
  }

  private static Image image(Row row) {
    return new Image(
        row.uuid("id"),
        row.text("project_id"),
        row.text("status"),
        new Image.Attributes(
            row.optionalText("name"),
            row.text("visibility"),
            row.optionalText("disk_format"),
            row.optionalText("container_format"),
            row.number("min_disk_gib"),
            row.number("min_ram_mib"),
            row.flag("protected"),
            row.flag("hidden"),
            row.texts("tags"),
            row.textMap("items")),
        content(row),
        placement(row),
        row.time("created_at"),
        row.time("updated_at"));
  }

  private static Placement placement(Row row) {
    return new Placement(
        row.texts("stores"),
        row.optionalTexts("importing_to")
            .map(waiting -> new Placement.Progress(waiting, row.texts("failed_import"))));
  }

  private static Optional<Image.Content> content(Row row) {
    return row.optionalNumber("size_bytes")
        .map(
            size ->
                new Image.Content(
                    size, row.number("virtual_size_bytes"), row.text("md5"), row.text("sha512")));
  }
}
