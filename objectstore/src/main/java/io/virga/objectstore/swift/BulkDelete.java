package io.virga.objectstore.swift;

import io.virga.dataplane.json.Json;
import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Deletes what the lines of a request name; the reply is 200 and tells what came of each. */
final class BulkDelete {

  static final int MAXIMUM_NAMES = 10_000;

  private static final int MAXIMUM_BODY_BYTES = 4 << 20;
  private static final int AT_ONCE = 32;

  private final ObjectStore store;

  BulkDelete(ObjectStore store) {
    this.store = store;
  }

  private record Deleted(String name, int status) {}

  Mono<Reply> handle(Request request, String account) {
    return BodyCollector.collect(request.body(), MAXIMUM_BODY_BYTES)
        .flatMap(
            body -> {
              List<String> names =
                  Arrays.stream(new String(body, StandardCharsets.UTF_8).split("\n", -1))
                      .map(String::strip)
                      .filter(line -> !line.isEmpty())
                      .toList();
              if (names.size() > MAXIMUM_NAMES) {
                throw new SwiftError(413, "Maximum Bulk Deletes: " + MAXIMUM_NAMES);
              }
              return Flux.fromIterable(names)
                  .flatMapSequential(name -> deleteNamed(account, name), AT_ONCE)
                  .collectList()
                  .map(deleted -> report(request, deleted));
            });
  }

  /** Deletes objects and tells of them in the way of a bulk delete. */
  Mono<Reply> delete(Request request, List<ObjectPath> paths) {
    return Flux.fromIterable(paths)
        .flatMapSequential(path -> delete(path.toString(), path), AT_ONCE)
        .collectList()
        .map(deleted -> report(request, deleted));
  }

  private Mono<Deleted> deleteNamed(String account, String line) {
    Optional<String> decoded = UriText.decode(line);
    if (decoded.isEmpty()) {
      return Mono.just(new Deleted(line, 412));
    }
    String path = decoded.get().replaceFirst("^/", "");
    int slash = path.indexOf('/');
    if (slash < 0 || slash == path.length() - 1) {
      ContainerPath container = new ContainerPath(account, path.replace("/", ""));
      return store.deleteContainer(container).map(result -> deleted(line, result));
    }
    return delete(
        line, new ObjectPath(account, path.substring(0, slash), path.substring(slash + 1)));
  }

  private Mono<Deleted> delete(String name, ObjectPath path) {
    return store.delete(path, Condition.NONE).map(result -> deleted(name, result));
  }

  private static Deleted deleted(String name, Result<?> result) {
    return switch (result) {
      case Result.Done<?> done -> new Deleted(name, 204);
      case Result.Refused<?> refused ->
          new Deleted(name, refused.refusal() == Result.Refusal.NOT_EMPTY ? 409 : 404);
    };
  }

  private static Reply report(Request request, List<Deleted> all) {
    long deleted = all.stream().filter(d -> d.status() == 204).count();
    long missing = all.stream().filter(d -> d.status() == 404).count();
    List<List<String>> errors = new ArrayList<>();
    for (Deleted each : all) {
      if (each.status() != 204 && each.status() != 404) {
        errors.add(
            List.of(
                UriText.encode(each.name(), true),
                each.status() + " " + SwiftText.reason(each.status())));
      }
    }
    String status = errors.isEmpty() ? "200 OK" : "400 Bad Request";
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("Number Deleted", deleted);
    report.put("Number Not Found", missing);
    report.put("Response Body", "");
    report.put("Response Status", status);
    report.put("Errors", errors);
    if (SwiftText.format(request) == SwiftText.Format.JSON) {
      return Reply.bytes(200, "application/json", Json.bytes(report));
    }
    StringBuilder text = new StringBuilder(256);
    report.forEach(
        (name, value) -> text.append(name).append(": ").append(plain(value)).append('\n'));
    return Reply.text(200, "text/plain", text.toString());
  }

  private static String plain(Object value) {
    if (!(value instanceof List<?> errors)) {
      return value.toString();
    }
    StringBuilder lines = new StringBuilder();
    errors.forEach(error -> lines.append('\n').append(error));
    return lines.toString();
  }
}
