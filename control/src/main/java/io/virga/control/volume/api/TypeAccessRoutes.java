package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.VolumeType;
import io.virga.control.volume.store.TypeAccessStore;
import io.virga.control.volume.store.TypeStore;
import java.util.List;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Who may use a type that is not public. */
final class TypeAccessRoutes {

  private static final String ADD = "addProjectAccess";
  private static final String REMOVE = "removeProjectAccess";

  private final Database database;
  private final TypeStore types;
  private final TypeAccessStore access = new TypeAccessStore();

  TypeAccessRoutes(Database database, TypeStore types) {
    this.database = database;
    this.types = types;
  }

  List<Route> routes() {
    return List.of(
        Projects.get("/types/{type}/os-volume-type-access", Rule.ADMIN, this::list),
        Projects.post("/types/{type}/action", Rule.ADMIN, this::act));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return types
        .find(database, Viewer.EVERYTHING, TypeRoutes.id(request))
        .flatMapMany(
            type -> {
              if (type.isPublic()) {
                throw ApiFault.of(
                    FaultKind.NOT_FOUND, "Access list not available for public volume types.");
              }
              return access.projects(database, type.id());
            })
        .map(
            project ->
                View.of("volume_type_id", TypeRoutes.id(request)).with("project_id", project))
        .collectList()
        .flatMap(all -> Replies.ok(View.of("volume_type_access", all)));
  }

  private Mono<ServerResponse> act(ApiRequest request) {
    UUID id = TypeRoutes.id(request);
    return request
        .json()
        .flatMap(
            body ->
                database.inTransaction(
                    transaction ->
                        types.lock(transaction, id).flatMap(type -> act(transaction, type, body))))
        .then(Replies.acceptedEmpty());
  }

  private Mono<Void> act(Transaction transaction, VolumeType type, JsonBody body) {
    body.allowOnly(ADD, REMOVE);
    boolean adds = body.has(ADD);
    if (body.names().size() != 1) {
      throw ApiFault.badRequest("The body is to hold one of " + ADD + ", " + REMOVE + ".");
    }
    String project = body.object(adds ? ADD : REMOVE).text("project", Specs.LENGTH);
    if (type.isPublic()) {
      throw ApiFault.conflict("Type access modification is not applicable to public volume type.");
    }
    return adds
        ? access.add(transaction, type.id(), project)
        : access.remove(transaction, type.id(), project);
  }
}
