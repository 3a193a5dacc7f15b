package io.virga.objectstore.swift;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.store.ObjectStore;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Requests to an account. An account that was never written to is there, and empty. */
final class AccountHandler {

  private static final ContainerRow EMPTY = ContainerRow.emptyAccount("");

  private final ObjectStore store;
  private final BulkDelete bulk;

  AccountHandler(ObjectStore store, BulkDelete bulk) {
    this.store = store;
    this.bulk = bulk;
  }

  Mono<Reply> handle(Request request, String account) {
    return switch (request.method()) {
      case "GET" -> list(request, account);
      case "HEAD" -> head(account);
      case "POST" ->
          request.query().has("bulk-delete")
              ? bulk.handle(request, account)
              : update(request, account);
      case "DELETE" ->
          request.query().has("bulk-delete") ? bulk.handle(request, account) : notAllowed();
      default -> notAllowed();
    };
  }

  private static Mono<Reply> notAllowed() {
    throw new SwiftError(405, "The method is not allowed for this resource.");
  }

  private Mono<Reply> list(Request request, String account) {
    ListingQuery query = SwiftListing.query(request.query());
    return store
        .account(account)
        .zipWith(
            store.listContainers(account, query),
            (row, page) -> {
              Reply reply = SwiftListing.containers(request, account, page);
              SwiftHeaders.account(reply, row.orElse(EMPTY));
              return reply;
            });
  }

  private Mono<Reply> head(String account) {
    return store
        .account(account)
        .map(
            (Optional<ContainerRow> row) -> {
              Reply reply = Reply.of(204).header("Content-Type", "text/plain; charset=utf-8");
              SwiftHeaders.account(reply, row.orElse(EMPTY));
              return reply;
            });
  }

  private Mono<Reply> update(Request request, String account) {
    return store
        .putAccount(
            account, before -> SwiftHeaders.merged(before, request, SwiftHeaders.ACCOUNT_META))
        .map(done -> Reply.of(204));
  }
}
