package io.virga.objectstore.swift;

import io.virga.dataplane.ring.StoragePolicy;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.swift.auth.Call;
import io.virga.objectstore.swift.auth.ContainerAcl;
import io.virga.objectstore.swift.auth.OwnerHeaders;
import io.virga.objectstore.swift.expiry.DeletedAccounts;
import io.virga.objectstore.swift.quota.Quotas;
import io.virga.objectstore.swift.versions.VersionsEnabled;
import io.virga.objectstore.swift.versions.VersionsLocation;
import io.virga.objectstore.swift.wire.Format;
import io.virga.objectstore.swift.wire.MetadataHeaders;
import io.virga.objectstore.swift.wire.Policies;
import io.virga.objectstore.swift.wire.RowHeaders;
import io.virga.objectstore.swift.wire.StandardReplies;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.versions.Versions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** Requests to a container. */
final class ContainerHandler {

  /** Which request was the latest PUT: metadata that changes with each. */
  private static final String LATEST_PUT = ".put";

  private static final Set<String> NOT_BUILT =
      Set.of("x-container-sync-to", "x-container-sync-key");

  private final ObjectStore store;
  private final Versions versions;
  private final Policies policies;
  private final VersionListings versionListings;
  private final PathListing pathListing;

  ContainerHandler(ObjectStore store, Versions versions, Policies policies) {
    this.store = store;
    this.versions = versions;
    this.policies = policies;
    this.versionListings = new VersionListings(store);
    this.pathListing = new PathListing(store);
  }

  Mono<Reply> handle(Call call) {
    return switch (call.request().method()) {
      case "GET" -> call.request().query().has("versions") ? listVersions(call) : list(call);
      case "HEAD" -> head(call);
      case "PUT" -> put(call);
      case "POST" -> update(call);
      case "DELETE" -> delete(call.path().containerPath());
      default -> throw SwiftError.notAllowed();
    };
  }

  private Mono<Reply> list(Call call) {
    Request request = call.request();
    ContainerPath path = call.path().containerPath();
    ListingQuery query = SwiftListing.query(request.query());
    Format.of(request);
    return store
        .listObjects(path, query)
        .map(found -> found.orElseThrow(SwiftError::notFound))
        .flatMap(
            listing -> {
              Mono<ListingPage<ListingRow>> page =
                  SwiftListing.isByPath(request.query())
                      ? pathListing.of(path, query.prefix(), listing.page())
                      : Mono.just(listing.page());
              return page.flatMap(
                  shown ->
                      described(
                          SwiftListing.objects(request, path, shown), listing.container(), call));
            });
  }

  private Mono<Reply> listVersions(Call call) {
    return store
        .container(call.path().containerPath())
        .map(found -> found.orElseThrow(SwiftError::notFound))
        .flatMap(
            row ->
                versionListings
                    .list(call.request(), call.path().containerPath())
                    .flatMap(reply -> described(reply, row, call)));
  }

  private Mono<Reply> described(Reply reply, ContainerRow row, Call call) {
    RowHeaders.container(reply, row, policies);
    VersionsLocation.describe(reply, row);
    return Versions.bytes(store, row)
        .map(
            versionBytes -> {
              VersionsEnabled.describe(reply, row, versionBytes);
              return OwnerHeaders.hide(reply, call.grant());
            });
  }

  private Mono<Reply> head(Call call) {
    return store
        .container(call.path().containerPath())
        .flatMap(
            row -> {
              Format format = Format.of(call.request());
              Reply reply = Reply.of(204).header("Content-Type", format.contentType());
              return described(reply, row.orElseThrow(SwiftError::notFound), call);
            });
  }

  private Mono<Reply> put(Call call) {
    ContainerPath path = call.path().containerPath();
    if (path.container().equals(".") || path.container().equals("..")) {
      throw SwiftError.badRequest("The container name " + path.container() + " is not allowed.");
    }
    check(call.request());
    Optional<StoragePolicy> policy = policies.asked(call.request());
    return store
        .account(path.account())
        .doOnNext(account -> account.ifPresent(DeletedAccounts::checked))
        .then(Mono.defer(() -> make(path, policy, before -> stamped(before, call))))
        .map(
            result ->
                switch (result) {
                  case Result.Done<Boolean>(Boolean made) ->
                      made ? StandardReplies.empty(201) : StandardReplies.of(202);
                  case Result.Refused<Boolean> otherPolicy -> throw new SwiftError(409);
                });
  }

  /** A PUT is a change of the container, also if it changes nothing else. */
  private static Map<String, String> stamped(Map<String, String> before, Call call) {
    Map<String, String> after = merged(before, call);
    after.put(LATEST_PUT, call.request().id());
    return after;
  }

  private Mono<Result<Boolean>> make(
      ContainerPath path,
      Optional<StoragePolicy> policy,
      UnaryOperator<Map<String, String>> metadata) {
    return policy.isPresent()
        ? store.putContainer(path, policy.get().index(), metadata, false)
        : store.putContainer(path, metadata, false);
  }

  /** Refuses what would otherwise be a wrong success. */
  private static void check(Request request) {
    Quotas.checkContainer(request);
    for (String name : NOT_BUILT) {
      if (request.header(name).filter(value -> !value.isBlank()).isPresent()) {
        throw new SwiftError(501, "The header " + name + " is not implemented.");
      }
    }
  }

  private Mono<Reply> update(Call call) {
    check(call.request());
    return store
        .updateContainer(call.path().containerPath(), before -> merged(before, call))
        .map(
            result ->
                switch (result) {
                  case Result.Done<Boolean> done -> StandardReplies.empty(204);
                  case Result.Refused<Boolean> refused -> throw SwiftError.notFound();
                });
  }

  private static Map<String, String> merged(Map<String, String> before, Call call) {
    Request request = call.request();
    Map<String, String> after =
        new LinkedHashMap<>(MetadataHeaders.merged(before, request, MetadataHeaders.CONTAINER));
    VersionsLocation.merge(after, request);
    VersionsEnabled.merge(after, request);
    if (call.grant().owner()) {
      ContainerAcl.merge(after, request);
    } else {
      OwnerHeaders.keep(before, after);
    }
    return after;
  }

  private Mono<Reply> delete(ContainerPath path) {
    return versions
        .deleteContainer(path)
        .flatMap(
            hidden ->
                hidden.equals(Result.refused(Result.Refusal.NOT_EMPTY))
                    ? Mono.just(hidden)
                    : store.deleteContainer(path))
        .map(
            result ->
                switch (result) {
                  case Result.Done<Boolean> done -> StandardReplies.empty(204);
                  case Result.Refused<Boolean>(Result.Refusal refusal) ->
                      throw refusal == Result.Refusal.NOT_EMPTY
                          ? new SwiftError(409)
                          : SwiftError.notFound();
                });
  }
}
