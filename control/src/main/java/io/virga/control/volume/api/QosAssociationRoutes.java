package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.volume.life.QosLife;
import io.virga.control.volume.store.QosStore;
import io.virga.control.volume.store.TypeStore;
import java.util.List;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Which types a QoS limits. Cinder has clients GET what changes something, so it is so here. */
final class QosAssociationRoutes {

  private final Database database;
  private final QosStore qos;
  private final TypeStore types;
  private final QosLife life;

  QosAssociationRoutes(Database database, QosStore qos, TypeStore types, QosLife life) {
    this.database = database;
    this.qos = qos;
    this.types = types;
    this.life = life;
  }

  List<Route> routes() {
    return List.of(
        Projects.get("/qos-specs/{id}/associations", Rule.ADMIN, this::list),
        Projects.get("/qos-specs/{id}/associate", Rule.ADMIN, this::associate),
        Projects.get("/qos-specs/{id}/disassociate", Rule.ADMIN, this::disassociate),
        Projects.get("/qos-specs/{id}/disassociate_all", Rule.ADMIN, this::disassociateAll));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return qos.find(database, QosRoutes.id(request))
        .flatMapMany(found -> types.ofQos(database, found.id()))
        .map(
            type ->
                View.of("association_type", "volume_type")
                    .with("name", type.name())
                    .with("id", type.id()))
        .collectList()
        .flatMap(all -> Replies.ok(View.of("qos_associations", all)));
  }

  private Mono<ServerResponse> associate(ApiRequest request) {
    UUID type = type(request);
    return database
        .inTransaction(transaction -> life.associate(transaction, QosRoutes.id(request), type))
        .then(Replies.acceptedEmpty());
  }

  private Mono<ServerResponse> disassociate(ApiRequest request) {
    UUID type = type(request);
    return database
        .inTransaction(transaction -> life.disassociate(transaction, QosRoutes.id(request), type))
        .then(Replies.acceptedEmpty());
  }

  private Mono<ServerResponse> disassociateAll(ApiRequest request) {
    return database
        .inTransaction(transaction -> life.disassociateAll(transaction, QosRoutes.id(request)))
        .then(Replies.acceptedEmpty());
  }

  private static UUID type(ApiRequest request) {
    String id =
        request
            .query("vol_type_id")
            .orElseThrow(() -> ApiFault.badRequest("Volume Type id must not be None."));
    return Ids.parse(id).orElseThrow(() -> ApiFault.notFound("Volume type", id));
  }
}
