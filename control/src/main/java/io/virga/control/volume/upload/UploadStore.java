package io.virga.control.volume.upload;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Images that are to be made of volumes. */
final class UploadStore {

  /** One of them. */
  record Upload(UUID imageId, UUID volumeId) {}

  Mono<Void> insert(Transaction transaction, Upload upload, String control) {
    return transaction
        .sql(
            """
            INSERT INTO volume_upload (image_id, volume_id, control)
            VALUES (:image, :volume, :control)
            """)
        .bind("image", upload.imageId())
        .bind("volume", upload.volumeId())
        .bind("control", control)
        .execute()
        .then();
  }

  /** Those that have waited longest for a control process, at most so many. */
  Flux<Upload> oldest(Session session, String control, int maximum) {
    return session
        .sql(
            """
            SELECT image_id, volume_id FROM volume_upload WHERE control = :control
             ORDER BY created_at, image_id LIMIT :maximum
            """)
        .bind("control", control)
        .bind("maximum", maximum)
        .all(UploadStore::upload);
  }

  Mono<Void> delete(Transaction transaction, Upload upload) {
    return transaction
        .sql("DELETE FROM volume_upload WHERE image_id = :image")
        .bind("image", upload.imageId())
        .execute()
        .then();
  }

  private static Upload upload(Row row) {
    return new Upload(row.uuid("image_id"), row.uuid("volume_id"));
  }
}
