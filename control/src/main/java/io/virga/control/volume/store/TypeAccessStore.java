package io.virga.control.volume.store;

import io.virga.control.database.Session;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The projects that may use types that are not public. */
public final class TypeAccessStore {

  /** The projects that may use the type. */
  public Flux<String> projects(Session session, UUID typeId) {
    return session
        .sql("SELECT project_id FROM volume_type_access WHERE type_id = :type ORDER BY project_id")
        .bind("type", typeId)
        .all(row -> row.text("project_id"));
  }

  /** Conflict if it may already. */
  public Mono<Void> add(Session session, UUID typeId, String projectId) {
    return session
        .sql("INSERT INTO volume_type_access (type_id, project_id) VALUES (:type, :project)")
        .bind("type", typeId)
        .bind("project", projectId)
        .execute()
        .onErrorMap(
            DuplicateKeyException.class,
            e ->
                ApiFault.conflict(
                    "Volume type access for %s / %s combination already exists."
                        .formatted(typeId, projectId)))
        .then();
  }

  /** Not found if it may not. */
  public Mono<Void> remove(Session session, UUID typeId, String projectId) {
    return session
        .sql("DELETE FROM volume_type_access WHERE type_id = :type AND project_id = :project")
        .bind("type", typeId)
        .bind("project", projectId)
        .execute()
        .flatMap(
            rows ->
                rows == 1
                    ? Mono.empty()
                    : Mono.error(
                        () ->
                            ApiFault.of(
                                FaultKind.NOT_FOUND,
                                "Volume type access not found for %s / %s combination."
                                    .formatted(typeId, projectId))));
  }
}
