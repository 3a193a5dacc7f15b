package io.virga.objectstore.swift;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import java.util.List;
import reactor.core.publisher.Mono;

/** Requests to a container. */
final class ContainerHandler {

  private final ObjectStore store;

  ContainerHandler(ObjectStore store) {
    this.store = store;
  }

  Mono<Reply> handle(Request request, ContainerPath path) {
    return switch (request.method()) {
      case "GET" -> list(request, path);
      case "HEAD" -> head(path);
      case "PUT" -> put(request, path);
      case "POST" -> update(request, path);
      case "DELETE" -> delete(path);
      default -> throw new SwiftError(405, "The method is not allowed for this resource.");
    };
  }

  private Mono<Reply> list(Request request, ContainerPath path) {
    ListingQuery query = SwiftListing.query(request.query());
    return store
        .listObjects(path, query)
        .map(
            found -> {
              ObjectStore.Listing listing = found.orElseThrow(SwiftError::notFound);
              ListingPage<ListingRow> page =
                  SwiftListing.isFlat(request.query()) ? flat(listing.page()) : listing.page();
              Reply reply = SwiftListing.objects(request, path.container(), page);
              SwiftHeaders.container(reply, listing.container());
              return reply;
            });
  }

  private static ListingPage<ListingRow> flat(ListingPage<ListingRow> page) {
    List<ListingPage.Item<ListingRow>> named =
        page.items().stream().filter(i -> i instanceof ListingPage.Named).toList();
    return new ListingPage<>(named, page.truncated());
  }

  private Mono<Reply> head(ContainerPath path) {
    return store
        .container(path)
        .map(
            row -> {
              Reply reply = Reply.of(204).header("Content-Type", "text/plain; charset=utf-8");
              SwiftHeaders.container(reply, row.orElseThrow(SwiftError::notFound));
              return reply;
            });
  }

  private Mono<Reply> put(Request request, ContainerPath path) {
    if (path.container().equals(".") || path.container().equals("..")) {
      throw SwiftError.badRequest("The container name " + path.container() + " is not allowed.");
    }
    return store
        .putContainer(
            path,
            before -> SwiftHeaders.merged(before, request, SwiftHeaders.CONTAINER_META),
            false)
        .map(result -> Reply.of(result.equals(new Result.Done<>(true)) ? 201 : 202));
  }

  private Mono<Reply> update(Request request, ContainerPath path) {
    return store
        .updateContainer(
            path, before -> SwiftHeaders.merged(before, request, SwiftHeaders.CONTAINER_META))
        .map(
            result ->
                switch (result) {
                  case Result.Done<Boolean> done -> Reply.of(204);
                  case Result.Refused<Boolean> refused -> throw SwiftError.notFound();
                });
  }

  private Mono<Reply> delete(ContainerPath path) {
    return store
        .deleteContainer(path)
        .map(
            result ->
                switch (result) {
                  case Result.Done<Boolean> done -> Reply.of(204);
                  case Result.Refused<Boolean>(Result.Refusal refusal) ->
                      throw refusal == Result.Refusal.NOT_EMPTY
                          ? new SwiftError(
                              409, "There was a conflict when trying to complete your request.")
                          : SwiftError.notFound();
                });
  }
}
