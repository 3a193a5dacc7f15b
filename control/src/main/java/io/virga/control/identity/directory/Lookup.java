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

  /**
   * Keystone's words for a name that is taken, and for a domain that is not there.
   *
   * @param taken behind {@code Conflict occurred attempting to store}
   */
  static <T> Function<Mono<T>, Mono<T>> conflicts(String taken, ApiFault noDomain) {
    return work ->
        work.onErrorMap(
                DuplicateKeyException.class,
                e -> ApiFault.conflict("Conflict occurred attempting to store " + taken + "."))
            .onErrorMap(DataIntegrityViolationException.class, e -> noDomain);
  }

  /** As users and groups say it. */
  static String duplicate(String thing, String name, String domainId) {
    return "%s - Duplicate entry found with name %s at domain ID %s"
        .formatted(thing, name, domainId);
  }

  /** A row that must be there. */
  static <T> Mono<T> found(Mono<T> row, String thing, String id) {
    return row.switchIfEmpty(Mono.error(() -> Keystone.notFound(thing, id)));
  }
}
