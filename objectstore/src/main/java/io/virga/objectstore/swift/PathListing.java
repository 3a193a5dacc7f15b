package io.virga.objectstore.swift;

import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.store.ObjectStore;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Listings by {@code path}: what is directly in a pseudo directory. Directories are in them only
 * where an object stands for one, its name ending with a slash.
 */
final class PathListing {

  private static final int AT_ONCE = 16;

  private final ObjectStore store;

  PathListing(ObjectStore store) {
    this.store = store;
  }

  /** The page of a listing by delimiter as the listing by path shows it. */
  Mono<ListingPage<ListingRow>> of(
      ContainerPath container, String prefix, ListingPage<ListingRow> page) {
    return Flux.fromIterable(page.items())
        .filter(item -> !item.name().equals(prefix))
        .flatMapSequential(item -> shown(container, item), AT_ONCE)
        .collectList()
        .map(
            items ->
                new ListingPage<>(
                    items.stream().flatMap(Optional::stream).toList(), page.truncated()));
  }

  private Mono<Optional<ListingPage.Item<ListingRow>>> shown(
      ContainerPath container, ListingPage.Item<ListingRow> item) {
    if (item instanceof ListingPage.Named) {
      return Mono.just(Optional.of(item));
    }
    return store
        .listObjects(container, ListingQuery.of(item.name(), "", 1))
        .map(
            found ->
                found
                    .flatMap(listing -> listing.page().items().stream().findFirst())
                    .filter(first -> first.name().equals(item.name())));
  }
}
