package io.virga.control.volume.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.volume.model.QosSpecs;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What limits volumes. */
public final class QosStore {

  private static final String COLUMNS =
      "SELECT q.id, q.name, q.consumer, q.specs::text AS specs FROM volume_qos q";

  private static final String INSERT =
      """
      INSERT INTO volume_qos (id, name, consumer, specs)
      VALUES (:id, :name, :consumer, CAST(:specs AS jsonb))
      """;

  private static final String UPDATE =
      """
      UPDATE volume_qos SET name = :name, consumer = :consumer, specs = CAST(:specs AS jsonb)
       WHERE id = :id
      """;

  /** Newest first. */
  public Flux<QosSpecs> list(Session session) {
    return session.sql(COLUMNS + " ORDER BY q.created_at DESC, q.id").all(QosStore::qos);
  }

  public Mono<QosSpecs> find(Session session, UUID id) {
    return find(session, id, "");
  }

  /** Finds one and keeps others from changing it. */
  public Mono<QosSpecs> lock(Transaction transaction, UUID id) {
    return find(transaction, id, " FOR UPDATE");
  }

  private static Mono<QosSpecs> find(Session session, UUID id, String lock) {
    return session
        .sql(COLUMNS + " WHERE q.id = :id" + lock)
        .bind("id", id)
        .one(QosStore::qos)
        .switchIfEmpty(
            Mono.error(
                () ->
                    ApiFault.of(
                        FaultKind.NOT_FOUND, "No such qos_specs with id %s".formatted(id))));
  }

  /** Conflict if the name is taken. */
  public Mono<Void> insert(Session session, QosSpecs qos) {
    return write(session.sql(INSERT), qos)
        .onErrorMap(
            DuplicateKeyException.class,
            e -> ApiFault.conflict("QoS Specs %s already exists.".formatted(qos.name())));
  }

  public Mono<Void> update(Transaction transaction, QosSpecs qos) {
    return write(transaction.sql(UPDATE), qos);
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return transaction.sql("DELETE FROM volume_qos WHERE id = :id").bind("id", id).execute().then();
  }

  private static Mono<Void> write(Statement statement, QosSpecs qos) {
    return statement
        .bind("id", qos.id())
        .bind("name", qos.name())
        .bind("consumer", qos.consumer())
        .bindJson("specs", qos.specs())
        .execute()
        .then();
  }

  private static QosSpecs qos(Row row) {
    return new QosSpecs(
        row.uuid("id"), row.text("name"), row.text("consumer"), row.textMap("specs"));
  }
}
