package io.virga.control.image.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.image.model.Member;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whom images are shared with. */
public final class MemberStore {

  private static final String INSERT =
      "INSERT INTO image_member (image_id, project_id) VALUES (:image, :project) RETURNING *";

  private static final String LIST =
      "SELECT * FROM image_member WHERE image_id = :image ORDER BY created_at, project_id";

  private static final String FIND =
      "SELECT * FROM image_member WHERE image_id = :image AND project_id = :project";

  private static final String ANSWER =
      """
      UPDATE image_member SET status = :status, updated_at = now()
       WHERE image_id = :image AND project_id = :project RETURNING *
      """;

  private static final String DELETE =
      "DELETE FROM image_member WHERE image_id = :image AND project_id = :project";

  private static final String COUNT =
      "SELECT count(*) AS members FROM image_member WHERE image_id = :image";

  /** A new one, pending; fails with a duplicate key if it is one already. */
  public Mono<Member> insert(Session session, UUID image, String project) {
    return session
        .sql(INSERT)
        .bind("image", image)
        .bind("project", project)
        .one(MemberStore::member);
  }

  /** In the order in which they came. */
  public Flux<Member> list(Session session, UUID image) {
    return session.sql(LIST).bind("image", image).all(MemberStore::member);
  }

  /** Empty if the image is not shared with the project. */
  public Mono<Member> find(Session session, UUID image, String project) {
    return session.sql(FIND).bind("image", image).bind("project", project).one(MemberStore::member);
  }

  public Mono<Long> count(Session session, UUID image) {
    return session.sql(COUNT).bind("image", image).one(row -> row.number("members"));
  }

  /** What the project makes of it; empty if the image is not shared with it. */
  public Mono<Member> answer(Session session, UUID image, String project, String status) {
    return session
        .sql(ANSWER)
        .bind("image", image)
        .bind("project", project)
        .bind("status", status)
        .one(MemberStore::member);
  }

  /** False if the image was not shared with the project. */
  public Mono<Boolean> delete(Session session, UUID image, String project) {
    return session
        .sql(DELETE)
        .bind("image", image)
        .bind("project", project)
        .execute()
        .map(rows -> rows == 1);
  }

  private static Member member(Row row) {
    return new Member(
        row.uuid("image_id"),
        row.text("project_id"),
        row.text("status"),
        row.time("created_at"),
        row.time("updated_at"));
  }
}
