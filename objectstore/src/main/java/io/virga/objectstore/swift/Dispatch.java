package io.virga.objectstore.swift;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.auth.Call;
import io.virga.objectstore.swift.auth.Caller;
import io.virga.objectstore.swift.auth.Gate;
import io.virga.objectstore.swift.blocking.BlockingRequests;
import io.virga.objectstore.swift.bulk.BulkDelete;
import io.virga.objectstore.swift.bulk.ExtractArchive;
import io.virga.objectstore.swift.cors.Cors;
import io.virga.objectstore.swift.expiry.DeletedAccounts;
import io.virga.objectstore.swift.expiry.ExpiryQueue;
import io.virga.objectstore.swift.object.ObjectHandler;
import io.virga.objectstore.swift.object.ObjectParts;
import io.virga.objectstore.swift.object.ObjectReader;
import io.virga.objectstore.swift.object.ObjectRemover;
import io.virga.objectstore.swift.object.ObjectWriter;
import io.virga.objectstore.swift.quota.Quotas;
import io.virga.objectstore.swift.staticweb.SignedLinks;
import io.virga.objectstore.swift.staticweb.StaticWeb;
import io.virga.objectstore.swift.tempurl.FormPost;
import io.virga.objectstore.swift.tempurl.TempUrl;
import io.virga.objectstore.swift.versions.LegacyVersions;
import io.virga.objectstore.swift.wire.Policies;
import io.virga.objectstore.swift.wire.SwiftPath;
import io.virga.objectstore.versions.Versions;
import java.time.InstantSource;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Finds out what a request wants, lets it in, and hands it on. */
final class Dispatch {

  private static final Set<String> READING = Set.of("GET", "HEAD", "COPY");

  private final Gate gate;
  private final Cors cors;
  private final TempUrl tempUrls;
  private final FormPost forms;
  private final BulkDelete bulkDelete;
  private final ExtractArchive extractArchive;
  private final StaticWeb web;
  private final AccountHandler accounts;
  private final ContainerHandler containers;
  private final ObjectHandler objects;

  Dispatch(ObjectStore store, Policies policies, InstantSource clock) {
    LargeObjects large = new LargeObjects(store, clock);
    ExpiryQueue expiry = new ExpiryQueue(store);
    LegacyVersions legacy = new LegacyVersions(store, large, expiry, clock);
    BlockingRequests blocking = new BlockingRequests();
    Versions versions = new Versions(store, clock);
    this.gate = new Gate(store);
    ObjectParts parts =
        new ObjectParts(
            store,
            versions,
            new ObjectReader(large, versions, gate),
            new ObjectWriter(store, new Quotas(store, policies), expiry, legacy, versions),
            new ObjectRemover(store, legacy, versions, gate, clock),
            expiry);
    this.cors = new Cors(store);
    this.tempUrls = new TempUrl(store, clock);
    this.forms = new FormPost(store, parts.writer(), blocking, clock);
    this.bulkDelete = new BulkDelete(store, parts.remover(), gate);
    this.extractArchive = new ExtractArchive(store, parts.writer(), gate, blocking, clock);
    this.web = new StaticWeb(store, parts.reader(), gate);
    this.accounts = new AccountHandler(store, new DeletedAccounts(store, expiry, clock), policies);
    this.containers = new ContainerHandler(store, versions, policies);
    this.objects = new ObjectHandler(parts, large, gate, clock);
  }

  Mono<Reply> answer(Request request, Caller caller, SwiftPath path) {
    if (request.method().equals("OPTIONS")) {
      return cors.options(request, path);
    }
    if (TempUrl.isOne(request)) {
      return tempUrls
          .check(request, path)
          .flatMap(
              permit ->
                  signed(request, TempUrl.cleaned(request), permit.caller(), path)
                      .map(reply -> TempUrl.decorated(request, path, permit, reply)));
    }
    if (FormPost.isOne(request)) {
      return forms.handle(request, path);
    }
    if (request.query().has("extract-archive") && request.method().equals("PUT")) {
      return extractArchive.handle(request, caller, path);
    }
    if (request.query().has("bulk-delete") && Set.of("POST", "DELETE").contains(request.method())) {
      return bulkDelete.handle(request, caller, path.account());
    }
    return StaticWeb.isFor(request, caller, path)
        ? web.answer(
            request, caller, path, SignedLinks.NONE, Mono.defer(() -> plain(request, caller, path)))
        : plain(request, caller, path);
  }

  /**
   * Answers who has a temporary URL; a container is open to him as a web site alone.
   *
   * @param shown the request as it came
   */
  private Mono<Reply> signed(Request shown, Request request, Caller caller, SwiftPath path) {
    Mono<Reply> plain =
        Mono.defer(
            () ->
                path.isContainer() ? Mono.error(TempUrl.invalid()) : plain(request, caller, path));
    return StaticWeb.isFor(request, caller, path)
        ? web.answer(request, caller, path, SignedLinks.of(shown.query()), plain)
        : plain;
  }

  private Mono<Reply> plain(Request request, Caller caller, SwiftPath path) {
    boolean writing = !READING.contains(request.method());
    return gate.enter(request, caller, path, writing)
        .flatMap(
            grant -> {
              if (!grant.owner() && asksForVersions(request)) {
                throw Gate.denied(caller);
              }
              Call call = new Call(request, path, caller, grant);
              if (path.isAccount()) {
                return accounts.handle(call);
              }
              return path.isContainer() ? containers.handle(call) : objects.handle(call);
            });
  }

  /** What was replaced or deleted is seen by an owner alone. */
  private static boolean asksForVersions(Request request) {
    return request.query().has("versions") || !request.query().text("version-id").isEmpty();
  }

  /** Adds what the scripts of other sites need. */
  Mono<Reply> decorate(Request request, SwiftPath path, Reply reply) {
    return cors.decorate(request, path, reply);
  }
}
