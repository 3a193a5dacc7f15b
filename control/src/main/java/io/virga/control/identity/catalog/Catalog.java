package io.virga.control.identity.catalog;

import io.virga.control.database.Database;
import io.virga.control.database.Reloading;
import io.virga.control.http.View;
import io.virga.dataplane.token.Claims;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * What tokens carry of services and endpoints: those that are enabled, kept in memory. A change
 * holds here when {@link #reload} completes, and in other control processes within 2 s.
 * Thread-safe.
 */
public final class Catalog {

  private static final String SERVICES = Service.COLUMNS + "WHERE enabled ORDER BY created_at, id";

  private static final String ENDPOINTS =
      Endpoint.COLUMNS + "WHERE enabled ORDER BY created_at, id";

  private final Database database;
  private final Reloading<Known> reloading;
  private volatile Known known = new Known(List.of(), false);

  private record Entry(Service service, List<Endpoint> endpoints) {}

  /**
   * @param cut whether there is a project that does not see all
   */
  private record Known(List<Entry> entries, boolean cut) {}

  public Catalog(Database database) {
    this.database = database;
    this.reloading =
        new Reloading<>(
            "services and endpoints",
            Mono.zip(entries(database), ProjectCatalog.isInUse(database), Known::new),
            read -> known = read);
  }

  /** Puts in what the configuration gives, and reads all of it. */
  public Mono<Void> start(ConfiguredCatalog configured) {
    return configured.apply(database).then(reload());
  }

  /** Reads it again; what was committed before holds when this completes. */
  public Mono<Void> reload() {
    return reloading.now();
  }

  /** Reads it for as long as it is not disposed of. */
  public Disposable follow() {
    return reloading.follow();
  }

  private static Mono<List<Entry>> entries(Database database) {
    return database
        .sql(ENDPOINTS)
        .all(Endpoint::of)
        .collect(Collectors.groupingBy(Endpoint::serviceId))
        .flatMapMany(
            byService ->
                database
                    .sql(SERVICES)
                    .all(Service::of)
                    .map(
                        service ->
                            new Entry(service, byService.getOrDefault(service.id(), List.of()))))
        .collectList();
  }

  /**
   * For a token; what needs a project is left out of one without. Of a project that sees nothing of
   * what it was given all is shown, as Keystone does.
   */
  public Mono<List<View>> of(Claims claims) {
    Known now = known;
    return Mono.justOrEmpty(claims.projectId())
        .filter(project -> now.cut())
        .flatMap(project -> ProjectCatalog.ids(database, project))
        .defaultIfEmpty(Set.of())
        .map(seen -> views(now.entries(), claims, id -> seen.isEmpty() || seen.contains(id)));
  }

  private static List<View> views(List<Entry> entries, Claims claims, Predicate<String> isSeen) {
    List<View> views = new ArrayList<>();
    for (Entry entry : entries) {
      List<View> endpoints =
          entry.endpoints().stream()
              .filter(endpoint -> isSeen.test(endpoint.id()))
              .flatMap(endpoint -> view(endpoint, claims).stream())
              .toList();
      if (!endpoints.isEmpty()) {
        views.add(
            View.of("type", entry.service().type())
                .with("name", entry.service().name())
                .with("id", entry.service().id())
                .with("endpoints", endpoints));
      }
    }
    return views;
  }

  private static Optional<View> view(Endpoint endpoint, Claims claims) {
    return endpoint
        .url()
        .resolve(claims.projectId(), claims.user().id())
        .map(
            url ->
                View.of("id", endpoint.id())
                    .with("interface", endpoint.kind().text())
                    .with("region", endpoint.regionId())
                    .with("region_id", endpoint.regionId())
                    .with("url", url));
  }
}
