package io.virga.objectstore.swift;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.swift.auth.AccountAcl;
import io.virga.objectstore.swift.auth.Call;
import io.virga.objectstore.swift.auth.OwnerHeaders;
import io.virga.objectstore.swift.expiry.DeletedAccounts;
import io.virga.objectstore.swift.quota.AccountQuotas;
import io.virga.objectstore.swift.wire.Format;
import io.virga.objectstore.swift.wire.MetadataHeaders;
import io.virga.objectstore.swift.wire.Policies;
import io.virga.objectstore.swift.wire.RowHeaders;
import io.virga.objectstore.swift.wire.StandardReplies;
import io.virga.objectstore.swift.wire.SwiftError;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Requests to an account. An account that was never written to is there, and empty. */
final class AccountHandler {

  private final ObjectStore store;
  private final DeletedAccounts deleted;
  private final Policies policies;
  private final AccountQuotas quotas;

  AccountHandler(ObjectStore store, DeletedAccounts deleted, Policies policies) {
    this.store = store;
    this.policies = policies;
    this.quotas = new AccountQuotas(policies);
    this.deleted = deleted;
  }

  Mono<Reply> handle(Call call) {
    return switch (call.request().method()) {
      case "GET" -> list(call);
      case "HEAD" -> head(call);
      case "POST" -> update(call);
      case "PUT" -> {
        needReseller(call);
        yield update(call);
      }
      case "DELETE" -> {
        needReseller(call);
        yield deleted.delete(call.path().account()).thenReturn(StandardReplies.empty(204));
      }
      default -> throw SwiftError.notAllowed();
    };
  }

  private static void needReseller(Call call) {
    if (!call.grant().reseller()) {
      throw new SwiftError(403);
    }
  }

  private Mono<Reply> list(Call call) {
    Request request = call.request();
    String account = call.path().account();
    ListingQuery query = SwiftListing.query(request.query());
    Format.of(request);
    return store
        .account(account)
        .zipWith(
            store.listContainers(account, query),
            (row, page) -> {
              Reply reply = SwiftListing.containers(request, account, page, policies);
              return described(reply, shown(row, call), call);
            });
  }

  private Mono<Reply> head(Call call) {
    return store
        .account(call.path().account())
        .map(
            row -> {
              Format format = Format.of(call.request());
              Reply reply = Reply.of(204).header("Content-Type", format.contentType());
              return described(reply, shown(row, call), call);
            });
  }

  private Reply described(Reply reply, ContainerRow row, Call call) {
    RowHeaders.account(reply, row, policies);
    AccountQuotas.describe(reply, row);
    return OwnerHeaders.hide(reply, call.grant());
  }

  private static ContainerRow shown(Optional<ContainerRow> row, Call call) {
    return row.map(DeletedAccounts::checked)
        .orElseGet(() -> ContainerRow.emptyAccount(call.path().account()));
  }

  private Mono<Reply> update(Call call) {
    Request request = call.request();
    quotas.check(request, call.grant().reseller());
    boolean put = request.method().equals("PUT");
    return store
        .putAccount(call.path().account(), before -> merged(before, call))
        .map(
            result ->
                StandardReplies.empty(
                    !put ? 204 : result.equals(new Result.Done<>(true)) ? 201 : 202));
  }

  private Map<String, String> merged(Map<String, String> before, Call call) {
    DeletedAccounts.check(before);
    Map<String, String> after =
        new LinkedHashMap<>(
            MetadataHeaders.merged(before, call.request(), MetadataHeaders.ACCOUNT));
    quotas.merge(after, call.request());
    if (call.grant().owner()) {
      AccountAcl.merge(after, call.request());
    } else {
      OwnerHeaders.keep(before, after);
    }
    return after;
  }
}
