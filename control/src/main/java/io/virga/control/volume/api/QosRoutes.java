package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.volume.life.QosLife;
import io.virga.control.volume.model.QosLimits;
import io.virga.control.volume.model.QosSpecs;
import io.virga.control.volume.store.QosStore;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/qos-specs}. */
final class QosRoutes {

  private static final int MAX_KEYS = 128;

  private final Database database;
  private final QosStore qos;
  private final QosLife life;
  private final URI endpoint;

  QosRoutes(Database database, QosStore qos, QosLife life, URI endpoint) {
    this.database = database;
    this.qos = qos;
    this.life = life;
    this.endpoint = endpoint;
  }

  List<Route> routes() {
    return List.of(
        Projects.get("/qos-specs", Rule.ADMIN, this::list),
        Projects.post("/qos-specs", Rule.ADMIN, this::create),
        Projects.get("/qos-specs/{id}", Rule.ADMIN, this::show),
        Projects.put("/qos-specs/{id}", Rule.ADMIN, this::set),
        Projects.put("/qos-specs/{id}/delete_keys", Rule.ADMIN, this::unset),
        Projects.delete("/qos-specs/{id}", Rule.ADMIN, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return qos.list(database)
        .collectList()
        .flatMap(
            all ->
                Projects.page(
                    request,
                    "qos_specs",
                    all,
                    new Projects.Shown<>(each -> each.id().toString(), QosRoutes::view)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return qos.find(database, id(request)).flatMap(found -> Replies.ok(whole(request, found)));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(QosRoutes::qos)
        .flatMap(made -> qos.insert(database, made).thenReturn(made))
        .flatMap(made -> Replies.ok(whole(request, made)));
  }

  private static QosSpecs qos(JsonBody body) {
    JsonBody given = body.object("qos_specs");
    String name = given.text("name", Specs.LENGTH).strip();
    if (name.isEmpty()) {
      throw ApiFault.badRequest("qos_specs.name: may not be empty");
    }
    Map<String, String> specs = new HashMap<>(Specs.of(body, "qos_specs"));
    specs.keySet().removeAll(List.of("name", "consumer"));
    QosLimits.check(specs);
    return new QosSpecs(Ids.next(), name, consumer(given, "back-end"), specs);
  }

  private static String consumer(JsonBody body, String absent) {
    return body.optionalChoice("consumer", QosSpecs.CONSUMERS).orElse(absent);
  }

  private Mono<ServerResponse> set(ApiRequest request) {
    UUID id = id(request);
    return request
        .json()
        .flatMap(
            body -> {
              JsonBody given = body.object("qos_specs");
              Map<String, String> all = Specs.of(body, "qos_specs");
              Map<String, String> specs = new HashMap<>(all);
              specs.remove("consumer");
              return database
                  .inTransaction(
                      transaction ->
                          life.change(
                              transaction,
                              id,
                              before ->
                                  before.with(
                                      consumer(given, before.consumer()),
                                      Specs.with(before.specs(), specs))))
                  .then(Replies.ok(View.of("qos_specs", all)));
            });
  }

  private Mono<ServerResponse> unset(ApiRequest request) {
    UUID id = id(request);
    return request
        .json()
        .map(body -> body.texts("keys", MAX_KEYS, Specs.LENGTH))
        .flatMap(
            keys ->
                database.inTransaction(
                    transaction ->
                        life.change(
                            transaction,
                            id,
                            before -> before.with(before.consumer(), without(before, keys)))))
        .then(Replies.acceptedEmpty());
  }

  private static Map<String, String> without(QosSpecs qos, List<String> keys) {
    Map<String, String> left = new HashMap<>(qos.specs());
    for (String key : keys) {
      if (left.remove(key) == null) {
        throw ApiFault.of(
            FaultKind.NOT_FOUND, "QoS spec %s has no spec with key %s.".formatted(qos.id(), key));
      }
    }
    return left;
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    UUID id = id(request);
    boolean force = request.query("force").filter("true"::equalsIgnoreCase).isPresent();
    return database
        .inTransaction(transaction -> life.delete(transaction, id, force))
        .then(Replies.acceptedEmpty());
  }

  static UUID id(ApiRequest request) {
    return request.id("id", "QoS specs");
  }

  private View whole(ApiRequest request, QosSpecs qos) {
    String path = "%s/qos-specs/%s".formatted(request.projectId(), qos.id());
    return View.of("qos_specs", view(qos))
        .with(
            "links",
            List.of(
                View.of("rel", "self").with("href", endpoint + "/volume/v3/" + path),
                View.of("rel", "bookmark").with("href", endpoint + "/volume/" + path)));
  }

  private static View view(QosSpecs qos) {
    return View.of("id", qos.id())
        .with("name", qos.name())
        .with("consumer", qos.consumer())
        .with("specs", qos.specs());
  }
}
