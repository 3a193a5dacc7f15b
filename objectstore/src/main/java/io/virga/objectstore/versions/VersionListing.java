package io.virga.objectstore.versions;

import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.store.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Lists versions: those of the hidden container, and objects that have no others. */
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
      String prefix, String delimiter, String keyMarker, String versionMarker, int limit) {

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
                    .map(plain -> new Merge(query, plain, both.getT2().orElse(EMPTY)).run()));
  }

  private Mono<Optional<ListingPage<ListingRow>>> page(
      ContainerPath container, Query query, String marker) {
    return store
        .listObjects(
            container,
            new ListingQuery(
                query.prefix(), query.delimiter(), marker, "", query.limit() + 1, false))
        .map(found -> found.map(ObjectStore.Listing::page));
  }

  private Mono<String> hiddenMarker(ContainerPath container, Query query) {
    String key = query.keyMarker();
    if (key.isEmpty() || query.isMarkerRolled()) {
      return Mono.just(key);
    }
    if (query.versionMarker().isEmpty()) {
      return Mono.just(VersionName.end(key));
    }
    if (query.versionMarker().equals(VersionId.NULL)) {
      return links
          .nullVersions(container.object(key))
          .map(
              ids ->
                  ids.isEmpty()
                      ? VersionName.end(key)
                      : VersionName.prefix(key) + ids.getFirst().suffix());
    }
    return Mono.just(
        VersionId.parse(query.versionMarker())
            .map(id -> VersionName.prefix(key) + id.suffix())
            .orElseGet(() -> VersionName.end(key)));
  }

  /** Goes through both listings in the order of keys; a key with versions is no plain one. */
  private static final class Merge {
    private final Query query;
    private final ListingPage<ListingRow> plain;
    private final ListingPage<ListingRow> hidden;
    private final List<Line> lines = new ArrayList<>();
    private String lastKey;
    private int plainNext;
    private int hiddenNext;

    Merge(Query query, ListingPage<ListingRow> plain, ListingPage<ListingRow> hidden) {
      this.query = query;
      this.plain = plain;
      this.hidden = hidden;
      this.lastKey = query.versionMarker().isEmpty() ? "" : query.keyMarker();
    }

    Page run() {
      while (lines.size() < query.limit() && (hasPlain() || hasHidden())) {
        if (hasPlain() && hasHidden()) {
          int order = compare(plainKey(), hiddenKey());
          if (order == 0) {
            plainNext++;
          } else if (order < 0) {
            takePlain();
          } else {
            takeHidden();
          }
        } else if (hasPlain()) {
          takePlain();
        } else {
          takeHidden();
        }
      }
      boolean more = hasHidden() || hasPlain() || plain.truncated() || hidden.truncated();
      return new Page(lines, more && query.limit() > 0);
    }

    private boolean hasPlain() {
      return plainNext < plain.items().size();
    }

    private boolean hasHidden() {
      return hiddenNext < hidden.items().size();
    }

    private String plainKey() {
      return plain.items().get(plainNext).name();
    }

    private String hiddenKey() {
      String name = hidden.items().get(hiddenNext).name();
      int end = name.indexOf(VersionId.SEPARATOR);
      return end < 0 ? name : name.substring(0, end);
    }

    private void takePlain() {
      switch (plain.items().get(plainNext++)) {
        case ListingPage.Rolled<ListingRow>(String name) -> lines.add(new Rolled(name));
        case ListingPage.Named<ListingRow>(String name, ListingRow row) -> {
          VersionId id = new VersionId(row.timestamp().micros(), 0, true);
          lines.add(new Listed(name, id, true, false, row));
        }
      }
    }

    private void takeHidden() {
      switch (hidden.items().get(hiddenNext++)) {
        case ListingPage.Rolled<ListingRow>(String name) -> lines.add(new Rolled(name));
        case ListingPage.Named<ListingRow>(String name, ListingRow row) ->
            VersionName.parse(name)
                .ifPresent(
                    version -> {
                      boolean latest = !version.key().equals(lastKey);
                      boolean marker = row.contentType().equals(VersionLinks.DELETED);
                      lines.add(new Listed(version.key(), version.id(), latest, marker, row));
                      lastKey = version.key();
                    });
      }
    }

    private static int compare(String a, String b) {
      return Arrays.compareUnsigned(
          a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }
  }
}
