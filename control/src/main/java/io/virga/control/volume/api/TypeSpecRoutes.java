package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.StorageProtocol;
import io.virga.control.volume.model.VolumeType;
import io.virga.control.volume.store.TypeStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/types/{type}/extra_specs}, and {@code …/encryption}, which no type has. */
final class TypeSpecRoutes {

  private final Database database;
  private final TypeStore types;

  TypeSpecRoutes(Database database, TypeStore types) {
    this.database = database;
    this.types = types;
  }

  List<Route> routes() {
    return List.of(
        Projects.get("/types/{type}/extra_specs", Rule.READER, this::list),
        Projects.post("/types/{type}/extra_specs", Rule.ADMIN, this::add),
        Projects.get("/types/{type}/extra_specs/{key}", Rule.READER, this::show),
        Projects.put("/types/{type}/extra_specs/{key}", Rule.ADMIN, this::set),
        Projects.delete("/types/{type}/extra_specs/{key}", Rule.ADMIN, this::remove),
        Projects.get("/types/{type}/encryption", Rule.ADMIN, this::encryption),
        Projects.get("/types/{type}/encryption/{key}", Rule.ADMIN, this::noEncryption),
        Projects.post("/types/{type}/encryption", Rule.ADMIN, this::refuseEncryption));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return shown(request).flatMap(specs -> Replies.ok(View.of("extra_specs", specs)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    String key = request.path("key");
    return shown(request)
        .flatMap(
            specs -> {
              String value = specs.get(key);
              return value == null
                  ? Mono.error(missing(request, key))
                  : Replies.ok(View.of(key, value));
            });
  }

  private Mono<ServerResponse> add(ApiRequest request) {
    return request
        .json()
        .map(
            body -> {
              body.object("extra_specs");
              Map<String, String> specs = Specs.of(body, "extra_specs");
              StorageProtocol.check(specs);
              return specs;
            })
        .flatMap(
            added ->
                change(request, specs -> Specs.with(specs, added))
                    .then(Replies.ok(View.of("extra_specs", added))));
  }

  private Mono<ServerResponse> set(ApiRequest request) {
    String key = request.path("key");
    return request
        .json()
        .map(body -> one(body, key))
        .flatMap(
            value ->
                change(request, specs -> Specs.with(specs, Map.of(key, value)))
                    .then(Replies.ok(View.of(key, value))));
  }

  private static String one(JsonBody body, String key) {
    if (!body.has(key)) {
      throw ApiFault.badRequest("Request body and URI mismatch");
    }
    if (body.names().size() > 1) {
      throw ApiFault.badRequest("Request body contains too many items");
    }
    String value =
        body.optionalText(key, Specs.LENGTH)
            .orElseThrow(() -> ApiFault.badRequest(key + ": is required"));
    StorageProtocol.check(Map.of(key, value));
    return value;
  }

  private Mono<ServerResponse> remove(ApiRequest request) {
    String key = request.path("key");
    return change(
            request,
            specs -> {
              Map<String, String> left = new HashMap<>(specs);
              if (left.remove(key) == null) {
                throw missing(request, key);
              }
              return left;
            })
        .then(Replies.acceptedEmpty());
  }

  private Mono<ServerResponse> encryption(ApiRequest request) {
    return find(request).flatMap(type -> Replies.ok(Map.of()));
  }

  private Mono<ServerResponse> noEncryption(ApiRequest request) {
    return find(request)
        .flatMap(
            type ->
                Mono.error(
                    ApiFault.of(
                        FaultKind.NOT_FOUND,
                        "Volume type %s has no encryption.".formatted(type.id()))));
  }

  private Mono<ServerResponse> refuseEncryption(ApiRequest request) {
    return find(request)
        .flatMap(type -> Mono.error(ApiFault.badRequest("Encryption is not offered here.")));
  }

  private Mono<Map<String, String>> shown(ApiRequest request) {
    return find(request).map(type -> TypeViews.extraSpecs(type, request.caller().isAdmin()));
  }

  private Mono<VolumeType> find(ApiRequest request) {
    return types.find(database, Viewer.of(request.caller()), TypeRoutes.id(request));
  }

  private Mono<Void> change(ApiRequest request, UnaryOperator<Map<String, String>> change) {
    UUID id = TypeRoutes.id(request);
    return database.inTransaction(
        transaction ->
            types
                .lock(transaction, id)
                .flatMap(
                    type ->
                        types.update(
                            transaction, type.specified(change.apply(type.extraSpecs())))));
  }

  private static ApiFault missing(ApiRequest request, String key) {
    return ApiFault.of(
        FaultKind.NOT_FOUND,
        "Volume Type %s has no extra specs with key %s.".formatted(TypeRoutes.id(request), key));
  }
}
