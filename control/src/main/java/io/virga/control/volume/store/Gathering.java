package io.virga.control.volume.store;

import io.virga.control.database.Transaction;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Rows that gather others, and end with the last of them once they are to.
 *
 * @param table theirs, with the columns {@code status} and {@code deleting}
 * @param members the table of the others
 * @param column of that table: which they belong to
 */
record Gathering(String table, String members, String column) {

  /** Has one show a status. */
  Mono<Void> show(Transaction transaction, UUID id, String status) {
    return transaction
        .sql("UPDATE " + table + " SET status = :status WHERE id = :id")
        .bind("id", id)
        .bind("status", status)
        .execute()
        .then();
  }

  /**
   * From now on one ends with its last member, which may have been before.
   *
   * @return whether it was not to end before
   */
  Mono<Boolean> leave(Transaction transaction, UUID id) {
    return transaction
        .sql("UPDATE " + table + " SET deleting = true WHERE id = :id AND NOT deleting")
        .bind("id", id)
        .execute()
        .map(changed -> changed > 0)
        .delayUntil(_ -> end(transaction, id));
  }

  /** Ends one that is to end with its last member, if that is gone. */
  Mono<Void> end(Transaction transaction, UUID id) {
    // Others that remove members of it wait here, and look for members afterwards.
    return transaction
        .sql("SELECT id FROM " + table + " WHERE id = :id FOR UPDATE")
        .bind("id", id)
        .one(row -> row.uuid("id"))
        .then(Mono.defer(() -> transaction.sql(ended()).bind("id", id).execute()))
        .then();
  }

  private String ended() {
    return "DELETE FROM %s g WHERE g.id = :id AND g.deleting AND NOT EXISTS (SELECT FROM %s WHERE %s = g.id)"
        .formatted(table, members, column);
  }
}
