package io.virga.objectstore.store;

import io.virga.objectstore.cluster.QuorumRead;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.replica.Replica;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Makes one page of the pages of several replicas. A name that not all of them list is looked up at
 * all: one may have missed the write, or another the deletion. A prefix that not all of them roll
 * up is listed by itself. Runs on one thread.
 *
 * @param <T> a row
 */
final class ListingMerge<T> {

  /** What is merged. */
  interface Source<T> {

    /** Pages of as many replicas as are needed. */
    CompletableFuture<List<QuorumRead.Given<ListingPage<T>>>> pages(ListingQuery query);

    /** The rows of names at a replica, also of what is deleted. */
    CompletableFuture<Map<String, T>> rows(Replica replica, List<String> names);

    /** What two rows of a name come to. */
    T merge(T one, T other);

    boolean isLive(T row);
  }

  private final Source<T> source;
  private final ListingQuery query;
  private final Comparator<String> order;
  private final List<ListingPage.Item<T>> items = new ArrayList<>();

  ListingMerge(Source<T> source, ListingQuery query) {
    this.source = source;
    this.query = query;
    Comparator<String> byBytes =
        (a, b) ->
            Arrays.compareUnsigned(
                a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    this.order = query.reverse() ? byBytes.reversed() : byBytes;
  }

  /** Merges pages that were got for the query. */
  CompletableFuture<ListingPage<T>> run(List<QuorumRead.Given<ListingPage<T>>> pages) {
    return merge(pages);
  }

  private CompletableFuture<ListingPage<T>> merge(List<QuorumRead.Given<ListingPage<T>>> pages) {
    Optional<String> bound = bound(pages);
    TreeMap<String, List<ListingPage.Item<T>>> byName = new TreeMap<>(order);
    for (QuorumRead.Given<ListingPage<T>> page : pages) {
      for (ListingPage.Item<T> item : page.value().items()) {
        if (bound.isEmpty() || order.compare(item.name(), bound.get()) <= 0) {
          byName.computeIfAbsent(item.name(), name -> new ArrayList<>()).add(item);
        }
      }
    }
    List<String> doubtful = new ArrayList<>();
    byName.forEach(
        (name, same) -> {
          if (same.size() < pages.size() && same.getFirst() instanceof ListingPage.Named) {
            doubtful.add(name);
          }
        });
    List<List<ListingPage.Item<T>>> all = List.copyOf(byName.values());
    return lookUp(pages, doubtful)
        .thenCompose(rows -> settle(all, 0, pages.size(), rows))
        .thenCompose(settled -> proceed(bound));
  }

  /** Behind the end of the shortest page nothing is certain. */
  private Optional<String> bound(List<QuorumRead.Given<ListingPage<T>>> pages) {
    Optional<String> bound = Optional.empty();
    for (QuorumRead.Given<ListingPage<T>> page : pages) {
      if (page.value().truncated() && !page.value().items().isEmpty()) {
        String last = page.value().items().getLast().name();
        bound = bound.filter(b -> order.compare(b, last) <= 0).or(() -> Optional.of(last));
      }
    }
    return bound;
  }

  private CompletableFuture<Map<String, T>> lookUp(
      List<QuorumRead.Given<ListingPage<T>>> pages, List<String> names) {
    CompletableFuture<Map<String, T>> all = CompletableFuture.completedFuture(new HashMap<>());
    if (names.isEmpty()) {
      return all;
    }
    for (QuorumRead.Given<ListingPage<T>> page : pages) {
      CompletableFuture<Map<String, T>> rows = source.rows(page.replica(), names);
      all =
          all.thenCombine(
              rows,
              (found, more) -> {
                more.forEach((name, row) -> found.merge(name, row, source::merge));
                return found;
              });
    }
    return all;
  }

  private CompletableFuture<Void> settle(
      List<List<ListingPage.Item<T>>> all, int from, int pages, Map<String, T> rows) {
    for (int i = from; i < all.size() && items.size() <= query.limit(); i++) {
      List<ListingPage.Item<T>> same = all.get(i);
      ListingPage.Item<T> first = same.getFirst();
      if (first instanceof ListingPage.Named<T>) {
        settle(first.name(), same, rows);
      } else if (same.size() == pages) {
        items.add(first);
      } else {
        int next = i + 1;
        return isAnythingUnder(first.name())
            .thenCompose(
                is -> {
                  if (is) {
                    items.add(first);
                  }
                  return settle(all, next, pages, rows);
                });
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  private void settle(String name, List<ListingPage.Item<T>> same, Map<String, T> rows) {
    Optional<T> row = Optional.ofNullable(rows.get(name));
    for (ListingPage.Item<T> item : same) {
      if (item instanceof ListingPage.Named<T>(String n, T listed)) {
        row = row.map(r -> source.merge(r, listed)).or(() -> Optional.of(listed));
      }
    }
    row.filter(source::isLive).ifPresent(r -> items.add(new ListingPage.Named<>(name, r)));
  }

  private CompletableFuture<Boolean> isAnythingUnder(String prefix) {
    ListingQuery under = ListingQuery.of(prefix, "", 1);
    return source
        .pages(under)
        .thenCompose(pages -> new ListingMerge<>(source, under).run(pages))
        .thenApply(page -> !page.items().isEmpty());
  }

  private CompletableFuture<ListingPage<T>> proceed(Optional<String> bound) {
    if (items.size() > query.limit()) {
      return done(true);
    }
    if (bound.isEmpty()) {
      return done(false);
    }
    if (items.size() == query.limit()) {
      return done(true);
    }
    ListingQuery rest =
        new ListingQuery(
            query.prefix(),
            query.delimiter(),
            bound.get(),
            query.endMarker(),
            query.limit() - items.size(),
            query.reverse());
    return source.pages(rest).thenCompose(this::merge);
  }

  private CompletableFuture<ListingPage<T>> done(boolean truncated) {
    List<ListingPage.Item<T>> page = items.subList(0, Math.min(items.size(), query.limit()));
    return CompletableFuture.completedFuture(new ListingPage<>(page, truncated));
  }
}
