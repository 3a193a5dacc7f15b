package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.quota.Quota;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.OfType;
import io.virga.control.volume.model.StorageProtocol;
import io.virga.control.volume.model.VolumeType;
import io.virga.control.volume.store.TypeStore;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/types}. */
final class TypeRoutes {

  private static final String PUBLIC = "os-volume-type-access:is_public";

  private final Database database;
  private final TypeStore types;
  private final Quota quota;

  TypeRoutes(Database database, TypeStore types, Quota quota) {
    this.database = database;
    this.quota = quota;
    this.types = types;
  }

  List<Route> routes() {
    return List.of(
        Projects.get("/types", Rule.READER, this::list),
        Projects.post("/types", Rule.ADMIN, this::create),
        Projects.get("/types/{type}", Rule.READER, this::show),
        Projects.put("/types/{type}", Rule.ADMIN, this::update),
        Projects.delete("/types/{type}", Rule.ADMIN, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    boolean admin = request.caller().isAdmin();
    return listed(request)
        .collectList()
        .flatMap(
            all ->
                Projects.page(
                    request,
                    "volume_types",
                    all,
                    new Projects.Shown<>(
                        type -> type.id().toString(), type -> TypeViews.whole(type, admin))));
  }

  /** An administrator sees the others only where he asks for them, as with cinder. */
  private Flux<VolumeType> listed(ApiRequest request) {
    String asked = request.query("is_public").orElse("true").toLowerCase(Locale.ROOT);
    if (!request.caller().isAdmin() || asked.equals("true") || asked.equals("1")) {
      return types.list(database, new Viewer(request.projectId(), false));
    }
    Flux<VolumeType> all = types.list(database, Viewer.EVERYTHING);
    return switch (asked) {
      case "none" -> all;
      case "false", "0" -> all.filter(type -> !type.isPublic());
      default ->
          throw ApiFault.badRequest(
              "is_public: '%s' is not one of true, false, none".formatted(asked));
    };
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return types
        .find(database, Viewer.of(request.caller()), id(request))
        .flatMap(
            type ->
                Replies.ok(
                    View.of("volume_type", TypeViews.whole(type, request.caller().isAdmin()))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> type(body.object("volume_type")))
        .flatMap(type -> types.insert(database, type).thenReturn(type))
        .flatMap(type -> Replies.ok(View.of("volume_type", TypeViews.made(type))));
  }

  private static VolumeType type(JsonBody body) {
    body.allowOnly("name", "description", "extra_specs", PUBLIC);
    Map<String, String> specs = Specs.of(body, "extra_specs");
    StorageProtocol.check(specs);
    return new VolumeType(
        Ids.next(),
        new VolumeType.Description(
            name(body.text("name", Specs.LENGTH)), body.optionalText("description", Specs.LENGTH)),
        body.flag(PUBLIC, true),
        specs,
        Optional.empty(),
        Map.of());
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    UUID id = id(request);
    return request
        .json()
        .map(body -> body.object("volume_type"))
        .flatMap(
            body ->
                database.inTransaction(
                    transaction ->
                        types
                            .lock(transaction, id)
                            .map(type -> changed(type, body))
                            .flatMap(type -> types.update(transaction, type).thenReturn(type))))
        .flatMap(type -> Replies.ok(View.of("volume_type", TypeViews.brief(type))));
  }

  private static VolumeType changed(VolumeType type, JsonBody body) {
    body.allowOnly("name", "description", "is_public");
    Optional<String> name = body.optionalText("name", Specs.LENGTH);
    Optional<String> text = body.optionalText("description", Specs.LENGTH);
    Optional<Boolean> isPublic = body.optionalFlag("is_public");
    if (name.isEmpty() && text.isEmpty() && isPublic.isEmpty()) {
      throw ApiFault.badRequest(
          "Specify volume type name, description, is_public or a combination thereof.");
    }
    return type.described(
        new VolumeType.Description(
            name.map(TypeRoutes::name).orElse(type.name()), text.or(type.description()::text)),
        isPublic.orElse(type.isPublic()));
  }

  private static String name(String given) {
    String name = given.strip();
    if (name.isEmpty()) {
      throw ApiFault.badRequest("Volume type name can not be empty.");
    }
    return name;
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    UUID id = id(request);
    return database
        .inTransaction(
            transaction -> types.lock(transaction, id).flatMap(type -> delete(transaction, type)))
        .then(Replies.acceptedEmpty());
  }

  private Mono<Void> delete(Transaction transaction, VolumeType type) {
    if (type.isDefault()) {
      return Mono.error(
          ApiFault.badRequest(
              "The volume type %s is a default volume type and cannot be deleted."
                  .formatted(type.id())));
    }
    return types
        .isUsed(transaction, type.id())
        .flatMap(
            used ->
                used
                    ? Mono.error(ApiFault.badRequest("Target volume type is still in use."))
                    : types
                        .delete(transaction, type.id())
                        .then(quota.forget(transaction, OfType.all(type.id(), type.name()))));
  }

  /** {@code default} stands for the one that a volume gets that asks for none. */
  static UUID id(ApiRequest request) {
    return request.path("type").equals("default")
        ? VolumeType.DEFAULT_ID
        : request.id("type", "Volume type");
  }
}
