package io.virga.objectstore.swift.bulk;

import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.swift.auth.Caller;
import io.virga.objectstore.swift.auth.Gate;
import io.virga.objectstore.swift.object.ObjectRemover;
import io.virga.objectstore.swift.wire.BulkReport;
import io.virga.objectstore.swift.wire.Format;
import io.virga.objectstore.swift.wire.StandardReplies;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftLimits;
import io.virga.objectstore.swift.wire.SwiftPath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Deletes what the lines of a request name, objects before containers; the reply is 200 and tells
 * what came of each.
 */
public final class BulkDelete {

  public static final int MAXIMUM_NAMES = 10_000;
  public static final int MAXIMUM_FAILURES = 1000;

  private static final int MAXIMUM_LINE =
      3 * (SwiftLimits.MAXIMUM_CONTAINER_NAME + SwiftLimits.MAXIMUM_OBJECT_NAME) + 2;
  private static final int MAXIMUM_BODY_BYTES = 16 << 20;
  private static final int AT_ONCE = 32;

  private final ObjectStore store;
  private final ObjectRemover remover;
  private final Gate gate;

  public BulkDelete(ObjectStore store, ObjectRemover remover, Gate gate) {
    this.store = store;
    this.remover = remover;
    this.gate = gate;
  }

  private record Deleted(String name, int status) {}

  /** Answers a request for an account. */
  public Mono<Reply> handle(Request request, Caller caller, String account) {
    Format format = Format.accepted(request);
    if (request
        .header("content-type")
        .filter(type -> !type.isEmpty() && !type.startsWith("text/plain"))
        .isPresent()) {
      throw new SwiftError(406);
    }
    return BodyCollector.collect(request.body(), MAXIMUM_BODY_BYTES)
        .defaultIfEmpty(new byte[0])
        .map(BulkDelete::names)
        .flatMap(names -> deleteAll(request, caller, account, names))
        .map(BulkDelete::report)
        .onErrorResume(SwiftError.class, error -> Mono.just(refused(error)))
        .map(report -> Reply.bytes(200, format.type(), report.bytes(format, "delete")));
  }

  private static List<String> names(byte[] body) {
    List<String> names =
        Arrays.stream(new String(body, StandardCharsets.UTF_8).split("\n", -1))
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();
    if (names.size() > MAXIMUM_NAMES) {
      throw new SwiftError(413, "Maximum Bulk Deletes: %d per request".formatted(MAXIMUM_NAMES));
    }
    if (names.stream().anyMatch(name -> name.length() > MAXIMUM_LINE)) {
      throw SwiftError.badRequest("Invalid File Name");
    }
    return names;
  }

  private Mono<List<Deleted>> deleteAll(
      Request request, Caller caller, String account, List<String> names) {
    Flux<Deleted> objects =
        Flux.fromStream(names.stream().filter(BulkDelete::isObject))
            .flatMapSequential(name -> delete(request, caller, account, name), AT_ONCE);
    Flux<Deleted> containers =
        Flux.fromStream(names.stream().filter(name -> !isObject(name)))
            .flatMapSequential(name -> delete(request, caller, account, name), AT_ONCE);
    return objects
        .concatWith(containers)
        .scan(new Failures(0, new Deleted("", 204)), Failures::and)
        .skip(1)
        .map(Failures::last)
        .collectList();
  }

  /** Ends the deletion when too much of it fails. */
  private record Failures(int count, Deleted last) {

    Failures and(Deleted deleted) {
      boolean failed = deleted.status() != 204 && deleted.status() != 404;
      if (failed && count + 1 >= MAXIMUM_FAILURES) {
        throw SwiftError.badRequest("Max delete failures exceeded");
      }
      return new Failures(failed ? count + 1 : count, deleted);
    }
  }

  private static boolean isObject(String line) {
    String name = line.replaceFirst("^/+", "").replaceFirst("/+$", "");
    return name.contains("/");
  }

  private Mono<Deleted> delete(Request request, Caller caller, String account, String line) {
    Optional<String> decoded = UriText.decode(line).filter(name -> name.indexOf('\0') < 0);
    if (decoded.isEmpty()) {
      return Mono.just(new Deleted(line, 412));
    }
    String path = decoded.get().replaceFirst("^/+", "");
    int slash = path.indexOf('/');
    if (slash < 0 || slash == path.length() - 1) {
      return container(request, caller, new ContainerPath(account, path.replace("/", "")))
          .map(status -> new Deleted(decoded.get(), status));
    }
    return remover
        .delete(
            request,
            caller,
            new ObjectPath(account, path.substring(0, slash), path.substring(slash + 1)))
        .map(status -> new Deleted(decoded.get(), status));
  }

  private Mono<Integer> container(Request request, Caller caller, ContainerPath path) {
    return Mono.defer(() -> gate.enter(request, caller, SwiftPath.of(path), true))
        .flatMap(grant -> store.deleteContainer(path))
        .map(
            result ->
                switch (result) {
                  case Result.Done<Boolean> done -> 204;
                  case Result.Refused<Boolean>(Result.Refusal refusal) ->
                      refusal == Result.Refusal.NOT_EMPTY ? 409 : 404;
                })
        .onErrorResume(SwiftError.class, error -> Mono.just(error.status()));
  }

  private static BulkReport report(List<Deleted> all) {
    BulkReport report = new BulkReport();
    for (Deleted each : all) {
      if (each.status() != 204 && each.status() != 404) {
        report.error(each.name(), StandardReplies.line(each.status()));
      }
    }
    report.value("Number Deleted", all.stream().filter(d -> d.status() == 204).count());
    report.value("Number Not Found", all.stream().filter(d -> d.status() == 404).count());
    report.value("Response Body", all.isEmpty() ? "Invalid bulk delete." : "");
    return report.value(
        "Response Status", StandardReplies.line(report.hasErrors() || all.isEmpty() ? 400 : 200));
  }

  private static BulkReport refused(SwiftError error) {
    return new BulkReport()
        .value("Number Deleted", 0)
        .value("Number Not Found", 0)
        .value("Response Body", error.words().orElse(""))
        .value("Response Status", StandardReplies.line(error.status()));
  }
}
