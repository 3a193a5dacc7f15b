package io.virga.objectstore.swift.expiry;

import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.SystemMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Empties accounts that were deleted. Blocks. */
final class AccountReaper {

  private static final int PAGE = 1000;
  private static final int AT_ONCE = 8;
  private static final Duration PAGE_LIMIT = Duration.ofMinutes(5);

  private final ObjectStore store;

  AccountReaper(ObjectStore store) {
    this.store = store;
  }

  void reap(String account) {
    Optional<ContainerRow> row = await(store.account(account));
    if (row.filter(r -> DeletedAccounts.isDeleted(r.metadata())).isEmpty()) {
      return;
    }
    for (String hidden : SystemMetadata.hiddenAccounts(account)) {
      emptyAll(hidden);
    }
    emptyAll(account);
    await(store.putAccount(account, before -> Map.of()));
  }

  private void emptyAll(String account) {
    String marker = "";
    ListingPage<ContainerRow> page;
    do {
      page = await(store.listContainers(account, ListingQuery.of("", marker, PAGE)));
      for (ListingPage.Item<ContainerRow> item : page.items()) {
        empty(new ContainerPath(account, item.name()));
        marker = item.name();
      }
    } while (page.truncated());
  }

  private void empty(ContainerPath container) {
    List<ListingPage.Item<ListingRow>> items;
    do {
      items =
          await(store.listObjects(container, ListingQuery.of("", "", PAGE)))
              .map(listing -> listing.page().items())
              .orElse(List.of());
      await(
          Flux.fromIterable(items)
              .flatMap(i -> store.delete(container.object(i.name()), Condition.NONE), AT_ONCE)
              .then(Mono.just(true)));
    } while (!items.isEmpty());
    await(store.deleteContainer(container));
  }

  private static <T> T await(Mono<T> mono) {
    return mono.blockOptional(PAGE_LIMIT)
        .orElseThrow(() -> new IllegalStateException("the store gave no answer"));
  }
}
