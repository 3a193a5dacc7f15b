package io.virga.control.volume.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.tenancy.OwnedLists;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.UserMessage;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Messages of what failed. Each that comes takes those away whose time is over. */
public final class MessageStore {

  private static final String VISIBLE =
      "u.guaranteed_until > now() AND (:everything OR u.project_id = :project)";

  private static final OwnedRows<UserMessage> ROWS =
      new OwnedRows<>(
          "Message",
          new OwnedRows.Query("u", "SELECT u.* FROM volume_message u", VISIBLE),
          MessageStore::message);

  /** Pages of those that a viewer sees, under the alias {@code u}. */
  public static final OwnedLists<UserMessage> LISTS = new OwnedLists<>("volume_message", ROWS);

  private static final String INSERT =
      """
      INSERT INTO volume_message (id, project_id, request_id, resource_type, resource_id, event_id, user_message)
      VALUES (:id, :project, :request, :type, :resource, :event, :text)
      """;

  /**
   * Whose message it is, and of which request.
   *
   * @param requestId empty where it is a host that failed
   */
  public record Addressee(String projectId, String requestId) {}

  public Mono<UserMessage> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  public Mono<Void> insert(
      Session session, Addressee to, UserMessage.Event event, UUID resourceId) {
    return session
        .sql("DELETE FROM volume_message WHERE guaranteed_until <= now()")
        .execute()
        .then(
            session
                .sql(INSERT)
                .bind("id", Ids.next())
                .bind("project", to.projectId())
                .bind("request", to.requestId())
                .bind("type", event.resourceType())
                .bind("resource", resourceId)
                .bind("event", event.id())
                .bind("text", event.text())
                .execute())
        .then();
  }

  /** Deletes one that the viewer sees; not found otherwise. */
  public Mono<Void> delete(Session session, Viewer viewer, UUID id) {
    return viewer
        .bind(session.sql("DELETE FROM volume_message u WHERE u.id = :id AND " + VISIBLE))
        .bind("id", id)
        .execute()
        .filter(deleted -> deleted > 0)
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Message", id.toString())))
        .then();
  }

  private static UserMessage message(Row row) {
    return new UserMessage(
        row.uuid("id"),
        row.text("project_id"),
        row.text("request_id"),
        row.text("resource_type"),
        row.uuid("resource_id"),
        row.text("event_id"),
        row.text("user_message"),
        row.time("created_at"),
        row.time("guaranteed_until"));
  }
}
