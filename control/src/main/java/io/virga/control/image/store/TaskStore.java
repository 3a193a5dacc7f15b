package io.virga.control.image.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.image.model.Destination;
import io.virga.control.image.model.ImportTask;
import java.net.URI;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What became of imports, as long as their images are there. */
public final class TaskStore {

  private static final String INSERT =
      """
      INSERT INTO image_task (id, image_id, project_id, user_id, request_id, method, uri, stores,
                              all_must_succeed, control, status, message)
      VALUES (:id, :image, :project, :user, :request, :method, :uri, :stores, :must, :control, :status,
              :message)
      """;

  private static final String END =
      "UPDATE image_task SET status = :status, message = :message, updated_at = now() WHERE id = :id";

  private static final String LIST =
      "SELECT * FROM image_task WHERE image_id = :image ORDER BY created_at DESC, id LIMIT 100";

  private static final String FORGET =
      """
      UPDATE image_task SET status = 'failure', message = :message, updated_at = now()
       WHERE control = :control AND status = 'processing'
      """;

  /**
   * Writes a new one.
   *
   * @param control the process that brings it to an end
   */
  public Mono<Void> insert(Session session, ImportTask task, String control) {
    return session
        .sql(INSERT)
        .bind("id", task.id())
        .bind("image", task.imageId())
        .bind("project", task.projectId())
        .bind("user", task.userId())
        .bind("request", task.requestId())
        .bind("method", task.source().method())
        .bind("stores", task.destination().stores().toArray(String[]::new))
        .bind("must", task.destination().allMustSucceed())
        .bind("control", control)
        .bind("uri", task.source().uri().map(URI::toString), String.class)
        .bind("status", task.status())
        .bind("message", task.message())
        .execute()
        .then();
  }

  public Mono<Void> end(Session session, UUID id, String status, String message) {
    return session
        .sql(END)
        .bind("id", id)
        .bind("status", status)
        .bind("message", message)
        .execute()
        .then();
  }

  /** The 100 newest, newest first. */
  public Flux<ImportTask> list(Session session, UUID image) {
    return session.sql(LIST).bind("image", image).all(TaskStore::task);
  }

  /** Those that an earlier life of this control process has not brought to an end. */
  public Mono<Void> forget(Session session, String control, String message) {
    return session.sql(FORGET).bind("control", control).bind("message", message).execute().then();
  }

  private static ImportTask task(Row row) {
    return new ImportTask(
        row.uuid("id"),
        row.uuid("image_id"),
        row.text("project_id"),
        row.text("user_id"),
        row.text("request_id"),
        source(row),
        new Destination(row.texts("stores"), row.flag("all_must_succeed")),
        row.text("status"),
        row.text("message"),
        row.time("created_at"),
        row.time("updated_at"));
  }

  private static ImportTask.Source source(Row row) {
    String method = row.text("method");
    return switch (method) {
      case ImportTask.Source.STAGED -> new ImportTask.Source.Staged();
      case ImportTask.Source.WEB -> new ImportTask.Source.Web(URI.create(row.text("uri")));
      case ImportTask.Source.COPY -> new ImportTask.Source.Copy();
      default -> throw new IllegalStateException("a task of the method " + method);
    };
  }
}
