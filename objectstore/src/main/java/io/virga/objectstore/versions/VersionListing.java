package io.virga.objectstore.versions;

import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.store.ObjectStore;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Lists versions: those of the hidden container, and objects that have no others. By their keys; of
 * one key the newest first. In reverse it is all the other way round.
 */
public final class VersionListing {

  private static final ListingPage<ListingRow> EMPTY = new ListingPage<>(List.of(), false);

  private final ObjectStore store;
  private final VersionLinks links;

  public VersionListing(ObjectStore store) {
    this.store = store;
    this.links = new VersionLinks(store);
  }

  /**
   * What part is wanted.
   *
   * @param versionMarker begin behind this version of the key marker; empty: behind all of it
   */
  public record Query(
      String prefix,
      String delimiter,
      String keyMarker,
      String versionMarker,
      int limit,
      boolean reverse) {

    private boolean isMarkerRolled() {
      int from = prefix.length();
      return !delimiter.isEmpty()
          && keyMarker.startsWith(prefix)
          && keyMarker.indexOf(delimiter, from) >= 0;
    }
  }

  /** One line. */
  public sealed interface Line {
    String key();
  }

  /** All keys that begin with this. */
  public record Rolled(String key) implements Line {}

  /**
   * A version.
   *
   * @param marker whether it is the mark of a deletion
   */
  public record Listed(String key, VersionId id, boolean latest, boolean marker, ListingRow row)
      implements Line {}

  /**
   * Part of a listing.
   *
   * @param truncated whether there is more behind it
   */
  public record Page(List<Line> lines, boolean truncated) {}

  /** Part of the listing; empty if there is no container. */
  public Mono<Optional<Page>> list(ContainerPath container, Query query) {
    return hiddenMarker(container, query)
        .flatMap(
            marker ->
                Mono.zip(
                    page(container, query, query.keyMarker()),
                    page(VersionName.hidden(container), query, marker)))
        .map(
            both ->
                both.getT1()
                    .map(
                        plain -> new VersionMerge(query, plain, both.getT2().orElse(EMPTY)).run()));
  }

  private Mono<Optional<ListingPage<ListingRow>>> page(
      ContainerPath container, Query query, String marker) {
    return store
        .listObjects(
            container,
            new ListingQuery(
                query.prefix(), query.delimiter(), marker, "", query.limit() + 1, query.reverse()))
        .map(found -> found.map(ObjectStore.Listing::page));
  }

  private Mono<String> hiddenMarker(ContainerPath container, Query query) {
    String key = query.keyMarker();
    if (key.isEmpty() || query.isMarkerRolled()) {
      return Mono.just(key);
    }
    if (query.versionMarker().isEmpty()) {
      return Mono.just(query.reverse() ? VersionName.prefix(key) : VersionName.end(key));
    }
    if (query.versionMarker().equals(VersionId.NULL)) {
      return links
          .nullVersions(container.object(key))
          .map(
              ids ->
                  VersionName.prefix(key)
                      + ids.stream().findFirst().map(VersionId::suffix).orElse(""));
    }
    return Mono.just(
        VersionId.parse(query.versionMarker())
            .map(id -> VersionName.prefix(key) + id.suffix())
            .orElseGet(() -> VersionName.end(key)));
  }
}
