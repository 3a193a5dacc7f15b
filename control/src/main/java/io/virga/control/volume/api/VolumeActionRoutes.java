package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Route;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.life.VolumeActions;
import io.virga.control.volume.life.VolumeLife;
import io.virga.control.volume.life.VolumeReverts;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.VolumeStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code POST /v3/{project}/volumes/{id}/action}: one action, named by the only member. */
final class VolumeActionRoutes {

  private static final int REVERTS = 40;
  private static final String NOT_OFFERED = "this is not offered here";

  /** What cinder knows and is not offered, and why. */
  private static final Map<String, String> REFUSED =
      Map.of(
          "os-migrate_volume", NOT_OFFERED,
          "os-unmanage", NOT_OFFERED);

  private final Database database;
  private final VolumeStore volumes;
  private final VolumeLife life;
  private final VolumeActions actions;
  private final VolumeReverts reverts;
  private final ConnectionActions connections;
  private final Map<String, Action> known;
  private final Map<String, Answering> answering;

  VolumeActionRoutes(
      Database database,
      VolumeStore volumes,
      VolumeLife life,
      VolumeActions actions,
      VolumeReverts reverts,
      Beyond beyond) {
    this.database = database;
    this.volumes = volumes;
    this.life = life;
    this.actions = actions;
    this.reverts = reverts;
    this.connections = beyond.connections();
    this.answering =
        Map.of(
            "os-initialize_connection", connections::initialize,
            "os-volume_upload_image", beyond.upload()::upload,
            "os-show_image_metadata", beyond.image()::show,
            "os-set_image_metadata", beyond.image()::set,
            "os-unset_image_metadata", beyond.image()::unset);
    Map<String, Action> all = new HashMap<>(attaching());
    all.putAll(
        Map.of(
            "os-extend", new Action(Rule.MEMBER, HttpStatus.ACCEPTED, this::extend),
            "os-retype", new Action(Rule.MEMBER, HttpStatus.ACCEPTED, this::retype),
            "os-reset_status", new Action(Rule.ADMIN, HttpStatus.ACCEPTED, this::resetStatus),
            "os-force_delete", new Action(Rule.ADMIN, HttpStatus.ACCEPTED, this::forceDelete),
            "os-set_bootable", new Action(Rule.MEMBER, HttpStatus.OK, this::setBootable),
            "os-update_readonly_flag",
                new Action(Rule.MEMBER, HttpStatus.ACCEPTED, this::setReadOnly),
            "revert", new Action(Rule.MEMBER, HttpStatus.ACCEPTED, this::revert),
            "os-reserve", new Action(Rule.MEMBER, HttpStatus.ACCEPTED, this::reserve),
            "os-unreserve", new Action(Rule.MEMBER, HttpStatus.ACCEPTED, this::unreserve)));
    this.known = Map.copyOf(all);
  }

  /** Actions of which others know more. */
  record Beyond(ConnectionActions connections, UploadAction upload, ImageMetadataActions image) {}

  /** An action that answers more than that it was accepted. */
  @FunctionalInterface
  private interface Answering {
    Mono<ServerResponse> act(ApiRequest request, UUID id, JsonBody arguments);
  }

  private Map<String, Action> attaching() {
    return Map.of(
        "os-attach", member((t, asked, v) -> connections.attach(t, asked.arguments(), v)),
        "os-detach", member((t, asked, v) -> connections.detach(t, asked.arguments(), v)),
        "os-force_detach",
            new Action(
                Rule.ADMIN,
                HttpStatus.ACCEPTED,
                (t, asked, v) -> connections.detach(t, asked.arguments(), v)),
        "os-begin_detaching", member((t, asked, v) -> connections.beginDetach(t, v)),
        "os-roll_detaching", member((t, asked, v) -> connections.rollDetaching(t, v)),
        "os-terminate_connection",
            member((t, asked, v) -> connections.terminate(t, asked.arguments(), v)));
  }

  private static Action member(Change change) {
    return new Action(Rule.MEMBER, HttpStatus.ACCEPTED, change);
  }

  List<Route> routes() {
    return List.of(Projects.post("/volumes/{id}/action", Rule.MEMBER, this::act));
  }

  /** One action: who may, what is answered, and what is done to the locked volume. */
  private record Action(Rule rule, HttpStatus answer, Change change) {}

  @FunctionalInterface
  private interface Change {
    Mono<Void> apply(Transaction transaction, Asked asked, Volume volume);
  }

  private record Asked(ApiRequest request, JsonBody body, String name) {

    JsonBody arguments() {
      return body.object(name);
    }
  }

  private Mono<ServerResponse> act(ApiRequest request) {
    UUID id = request.id("id", "Volume");
    return request
        .json()
        .flatMap(
            body -> {
              Asked asked = new Asked(request, body, name(body));
              Answering answers = answering.get(asked.name());
              if (answers != null) {
                return answers.act(request, id, asked.arguments());
              }
              Action action = action(asked.name());
              action.rule().check(request.caller(), asked.name());
              return database
                  .inTransaction(
                      transaction ->
                          volumes
                              .lock(transaction, Viewer.of(request.caller()), id)
                              .flatMap(volume -> action.change().apply(transaction, asked, volume)))
                  .then(ServerResponse.status(action.answer()).build());
            });
  }

  private static String name(JsonBody body) {
    if (body.names().size() != 1) {
      throw ApiFault.badRequest("There is no such action: " + body.names() + ".");
    }
    return body.names().getFirst();
  }

  private Action action(String name) {
    Action action = known.get(name);
    if (action != null) {
      return action;
    }
    String why = REFUSED.get(name);
    throw ApiFault.badRequest(
        why == null ? "There is no such action: " + name + "." : name + ": " + why + ".");
  }

  private Mono<Void> extend(Transaction transaction, Asked asked, Volume volume) {
    long size = asked.arguments().number("new_size", 1, VolumeBodies.MAX_GIB);
    return life.extend(transaction, volume, size);
  }

  /** No data moves, whatever the policy says: all types are of the same block stores. */
  private Mono<Void> retype(Transaction transaction, Asked asked, Volume volume) {
    JsonBody arguments = asked.arguments();
    arguments.optionalChoice("migration_policy", List.of("never", "on-demand"));
    String type = arguments.text("new_type", Specs.LENGTH);
    return actions.retype(transaction, asked.request().caller(), volume, type);
  }

  private Mono<Void> revert(Transaction transaction, Asked asked, Volume volume) {
    if (!Microversion.of(asked.request().raw()).isFrom(REVERTS)) {
      throw ApiFault.of(
          FaultKind.NOT_FOUND, "The action revert needs the API version 3." + REVERTS + ".");
    }
    String snapshot = asked.arguments().optionalText("snapshot_id", Specs.LENGTH).orElse("None");
    return reverts.revert(transaction, volume, snapshot);
  }

  private Mono<Void> resetStatus(Transaction transaction, Asked asked, Volume volume) {
    JsonBody arguments = asked.arguments();
    for (String other : List.of("attach_status", "migration_status")) {
      if (arguments.member(other).isPresent()) {
        throw ApiFault.badRequest(
            arguments.at(other) + ": follows from what is, and cannot be reset here");
      }
    }
    String status =
        arguments
            .optionalChoice("status", VolumeActions.STATUSES)
            .orElseThrow(() -> ApiFault.badRequest(arguments.at("status") + ": is required"));
    return actions.resetStatus(transaction, volume, status);
  }

  private Mono<Void> forceDelete(Transaction transaction, Asked asked, Volume volume) {
    return life.delete(transaction, volume, true);
  }

  private Mono<Void> setBootable(Transaction transaction, Asked asked, Volume volume) {
    return actions.setBootable(transaction, volume, flag(asked, "bootable"));
  }

  private Mono<Void> setReadOnly(Transaction transaction, Asked asked, Volume volume) {
    return actions.setReadOnly(transaction, volume, flag(asked, "readonly"));
  }

  private Mono<Void> reserve(Transaction transaction, Asked asked, Volume volume) {
    return actions.reserve(transaction, volume);
  }

  private Mono<Void> unreserve(Transaction transaction, Asked asked, Volume volume) {
    return actions.unreserve(transaction, volume);
  }

  private static boolean flag(Asked asked, String name) {
    JsonBody arguments = asked.arguments();
    return arguments
        .optionalFlag(name)
        .orElseThrow(() -> ApiFault.badRequest(arguments.at(name) + ": is required"));
  }
}
