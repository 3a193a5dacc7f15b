package io.virga.objectstore.store;

import io.virga.objectstore.cluster.QuorumRead;
import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.replica.Replica;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Lists what containers and accounts hold. Runs on the thread of the executor. */
final class Listings {

  private final ObjectStore.Parts parts;
  private final Executor executor;

  Listings(ObjectStore.Parts parts, Executor executor) {
    this.parts = parts;
    this.executor = executor;
  }

  CompletableFuture<Optional<ObjectStore.Listing>> objects(ContainerPath path, ListingQuery query) {
    Slots slots = parts.topology().container(path);
    return QuorumRead.ask(
            slots, replica -> replica.listObjects(slots.partition(), path, query, executor))
        .thenCompose(
            given -> {
              Optional<ContainerRow> container =
                  Rows.merged(
                          given.stream()
                              .map(g -> new QuorumRead.Given<>(g.replica(), g.value().container()))
                              .toList())
                      .filter(ContainerRow::isLive);
              if (container.isEmpty()) {
                return CompletableFuture.completedFuture(Optional.empty());
              }
              return page(new Objects(slots, path), query, pages(given))
                  .thenApply(page -> Optional.of(new ObjectStore.Listing(container.get(), page)));
            });
  }

  private static List<QuorumRead.Given<ListingPage<ListingRow>>> pages(
      List<QuorumRead.Given<Replica.Listed>> given) {
    return given.stream().map(g -> new QuorumRead.Given<>(g.replica(), g.value().page())).toList();
  }

  CompletableFuture<ListingPage<ContainerRow>> containers(String account, ListingQuery query) {
    AccountContainers source = new AccountContainers(parts.topology().account(account), account);
    return source.pages(query).thenCompose(pages -> page(source, query, pages));
  }

  private static <T> CompletableFuture<ListingPage<T>> page(
      ListingMerge.Source<T> source,
      ListingQuery query,
      List<QuorumRead.Given<ListingPage<T>>> pages) {
    ListingPage<T> first = pages.getFirst().value();
    boolean same = pages.stream().allMatch(page -> page.value().equals(first));
    return same
        ? CompletableFuture.completedFuture(first)
        : new ListingMerge<>(source, query).run(pages);
  }

  private final class Objects implements ListingMerge.Source<ListingRow> {
    private final Slots slots;
    private final ContainerPath path;

    Objects(Slots slots, ContainerPath path) {
      this.slots = slots;
      this.path = path;
    }

    @Override
    public CompletableFuture<List<QuorumRead.Given<ListingPage<ListingRow>>>> pages(
        ListingQuery query) {
      return QuorumRead.ask(
              slots, replica -> replica.listObjects(slots.partition(), path, query, executor))
          .thenApply(Listings::pages);
    }

    @Override
    public CompletableFuture<Map<String, ListingRow>> rows(Replica replica, List<String> names) {
      return replica.listings(path, names, executor);
    }

    @Override
    public ListingRow merge(ListingRow one, ListingRow other) {
      return other.isNewerThan(one) ? other : one;
    }

    @Override
    public boolean isLive(ListingRow row) {
      return !row.deleted();
    }
  }

  private final class AccountContainers implements ListingMerge.Source<ContainerRow> {
    private final Slots slots;
    private final String account;

    AccountContainers(Slots slots, String account) {
      this.slots = slots;
      this.account = account;
    }

    @Override
    public CompletableFuture<List<QuorumRead.Given<ListingPage<ContainerRow>>>> pages(
        ListingQuery query) {
      return QuorumRead.ask(
          slots, replica -> replica.listContainers(slots.partition(), account, query, executor));
    }

    @Override
    public CompletableFuture<Map<String, ContainerRow>> rows(Replica replica, List<String> names) {
      return replica.entries(account, names, executor);
    }

    @Override
    public ContainerRow merge(ContainerRow one, ContainerRow other) {
      return one.merge(other);
    }

    @Override
    public boolean isLive(ContainerRow row) {
      return row.isLive();
    }
  }
}
