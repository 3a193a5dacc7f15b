package io.virga.objectstore.s3.object;

import io.virga.objectstore.http.Preconditions;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.store.SystemMetadata;
import io.virga.objectstore.versions.Versions;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The conditions of writes ({@code If-Match}, {@code If-None-Match}), and what refusals mean. */
public final class WriteCondition {

  private WriteCondition() {}

  /** The condition of a write. */
  public static Condition of(S3Request request) {
    Optional<String> match = request.header("if-match");
    Optional<String> noneMatch = request.header("if-none-match");
    if (match.isEmpty() && noneMatch.isEmpty()) {
      return Condition.NONE;
    }
    return existing ->
        noneMatch.map(list -> !matches(existing, list)).orElse(true)
            && match.map(list -> matches(existing, list)).orElse(true);
  }

  private static boolean matches(Optional<ObjectRow> existing, String list) {
    return existing
        .filter(row -> Preconditions.matches(list, SystemMetadata.shownEtag(row)))
        .isPresent();
  }

  /** The version that was written, or the error that stands for the refusal. */
  public static Mono<Versions.Version> done(
      Versions versions, S3Request request, Result<Versions.Version> result) {
    return switch (result) {
      case Result.Done<Versions.Version>(Versions.Version version) -> Mono.just(version);
      case Result.Refused<Versions.Version>(Result.Refusal refusal)
          when refusal == Result.Refusal.NO_CONTAINER ->
          Mono.error(new S3Error(S3Error.Code.NoSuchBucket));
      case Result.Refused<Versions.Version> refused -> failed(versions, request);
    };
  }

  /** Of what is not there, {@code If-Match} fails in a way of its own. */
  private static Mono<Versions.Version> failed(Versions versions, S3Request request) {
    return versions
        .find(request.object())
        .flatMap(
            found ->
                Mono.error(
                    new S3Error(
                        found.isEmpty() && request.header("if-match").isPresent()
                            ? S3Error.Code.NoSuchKey
                            : S3Error.Code.PreconditionFailed)));
  }
}
