package io.virga.control.identity.catalog;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.http.Ids;
import java.net.URI;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The services that the configuration gives. Each is put into the catalog once; after that an
 * administrator may change or delete it. A new address in the configuration is followed where the
 * old one still stands.
 */
public final class ConfiguredCatalog {

  private static final String REGION =
      "INSERT INTO identity_region (id) VALUES (:id) ON CONFLICT DO NOTHING";

  private static final String SERVICE =
      """
      INSERT INTO identity_service (id, type, name) VALUES (:id, :type, :name)
      ON CONFLICT DO NOTHING
      """;

  private static final String ENDPOINT =
      """
      INSERT INTO identity_endpoint (id, service_id, region_id, interface, url)
      VALUES (:id, :service, :region, :interface, :url) ON CONFLICT DO NOTHING
      """;

  private static final String MOVE =
      "UPDATE identity_endpoint SET url = :url WHERE id = :id AND url = :old";

  private static final String REMEMBER =
      """
      INSERT INTO identity_configured_endpoint (id, url) VALUES (:id, :url)
      ON CONFLICT (id) DO UPDATE SET url = excluded.url
      """;

  private final String region;
  private final List<Configured> services;

  private record Configured(String type, String name, String url) {

    String id() {
      return Ids.namedHex("service " + type);
    }

    String endpointId(Interface kind) {
      return Ids.namedHex("endpoint " + type + " " + kind.text());
    }
  }

  /**
   * @param control the public base address of control
   * @param objectStore the base address of the object store
   */
  public ConfiguredCatalog(String region, URI control, URI objectStore) {
    this.region = region;
    this.services =
        List.of(
            new Configured("identity", "keystone", control + "/identity"),
            new Configured("compute", "nova", control + "/compute/v2.1"),
            new Configured("image", "glance", control + "/image"),
            new Configured("volumev3", "cinder", control + "/volume/v3/%(project_id)s"),
            new Configured("network", "neutron", control + "/network"),
            new Configured("object-store", "swift", objectStore + "/v1/AUTH_%(project_id)s"),
            new Configured("s3", "s3", objectStore.toString()));
  }

  /** Puts in what is new, in one transaction. */
  Mono<Void> apply(Database database) {
    return database.inTransaction(
        tx ->
            tx.sql("SELECT id, url FROM identity_configured_endpoint")
                .all(row -> Map.entry(row.text("id"), row.text("url")))
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .flatMap(known -> apply(tx, known)));
  }

  private Mono<Void> apply(Transaction tx, Map<String, String> known) {
    return Flux.fromIterable(services)
        .concatMap(
            service ->
                Flux.fromArray(Interface.values())
                    .concatMap(kind -> apply(tx, service, kind, known)))
        .then();
  }

  private Mono<Void> apply(
      Transaction tx, Configured service, Interface kind, Map<String, String> known) {
    String id = service.endpointId(kind);
    if (!known.containsKey(id)) {
      return add(tx, service, kind).then(remember(tx, id, service.url()));
    }
    String old = known.get(id);
    return service.url().equals(old)
        ? Mono.empty()
        : tx.sql(MOVE)
            .bind("id", id)
            .bind("url", service.url())
            .bind("old", old)
            .execute()
            .then(remember(tx, id, service.url()));
  }

  private Mono<Void> add(Transaction tx, Configured service, Interface kind) {
    return tx.sql(REGION)
        .bind("id", region)
        .execute()
        .then(
            tx.sql(SERVICE)
                .bind("id", service.id())
                .bind("type", service.type())
                .bind("name", service.name())
                .execute())
        .then(
            tx.sql(ENDPOINT)
                .bind("id", service.endpointId(kind))
                .bind("service", service.id())
                .bind("region", region)
                .bind("interface", kind.text())
                .bind("url", service.url())
                .execute())
        .then();
  }

  private static Mono<Void> remember(Transaction tx, String id, String url) {
    return tx.sql(REMEMBER).bind("id", id).bind("url", url).execute().then();
  }
}
