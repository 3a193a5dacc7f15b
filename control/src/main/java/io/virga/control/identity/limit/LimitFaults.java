package io.virga.control.identity.limit;

import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.JsonBody;
import java.util.List;
import java.util.function.Function;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Mono;

/** What both kinds of limits have in common. */
final class LimitFaults {

  static final int MAX_NAME = 255;
  static final int MAX_ID = 255;
  private static final int MAX_AT_ONCE = 256;

  private LimitFaults() {}

  /** The objects of a list of at least one. */
  static List<JsonBody> some(JsonBody body, String member) {
    List<JsonBody> objects = body.objects(member, MAX_AT_ONCE);
    if (objects.isEmpty()) {
      throw ApiFault.badRequest(member + ": is not a list of at least one");
    }
    return objects;
  }

  /** From -1, which is no limit, to the most that there can be. */
  static int limit(JsonBody body, String member) {
    return body.strictNumber(member, -1, Integer.MAX_VALUE)
        .map(Long::intValue)
        .orElseThrow(() -> ApiFault.badRequest(body.at(member) + ": is required"));
  }

  /** Keystone's words for what is there already, and for what it is of that is not there. */
  static <T> Function<Mono<T>, Mono<T>> conflicts(String thing, String reference) {
    return work ->
        work.onErrorMap(
                DuplicateKeyException.class,
                e ->
                    ApiFault.conflict(
                        "Conflict occurred attempting to store %s - Duplicate entry."
                            .formatted(thing)))
            .onErrorMap(
                DataIntegrityViolationException.class,
                e ->
                    ApiFault.badRequest(
                        ("Expecting to find %s in %s. The server could not comply with the request"
                                + " since it is either malformed or otherwise incorrect. The client"
                                + " is assumed to be in error.")
                            .formatted(reference, thing)));
  }

  static ApiFault notFound(String thing, String id) {
    return ApiFault.of(FaultKind.NOT_FOUND, "Could not find %s for %s.".formatted(thing, id));
  }
}
