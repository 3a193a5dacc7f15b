package io.virga.control.identity.directory;

import io.virga.control.fault.ApiFault;
import io.virga.control.identity.view.Keystone;
import java.util.function.Function;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Mono;

/** What the four collections of the directory have in common. */
final class Lookup {

  static final int MAX_NAME = 255;
  static final int MAX_DESCRIPTION = 4096;

  private Lookup() {}

  /** Keystone's words for a name that is taken, and for a domain that is not there. */
  static <T> Function<Mono<T>, Mono<T>> conflicts(String thing, String name) {
    return work ->
        work.onErrorMap(
                DuplicateKeyException.class,
                e ->
                    ApiFault.conflict(
                        "Conflict occurred attempting to store %s - Duplicate entry found with name %s."
                            .formatted(thing, name)))
            .onErrorMap(
                DataIntegrityViolationException.class,
                e -> ApiFault.badRequest(thing + ".domain_id: there is no such domain"));
  }

  /** A row that must be there. */
  static <T> Mono<T> found(Mono<T> row, String thing, String id) {
    return row.switchIfEmpty(Mono.error(() -> Keystone.notFound(thing, id)));
  }
}
