package io.virga.control.identity.directory;

import io.virga.control.database.Statement;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Page;
import java.util.function.Function;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Mono;

/** What the four collections of the directory have in common. */
final class Lookup {

  static final int MAX_NAME = 255;
  static final int MAX_DESCRIPTION = 4096;

  /** The end of every list's query: filters that are empty let all through; pages go by id. */
  static final String FILTERS =
      """
      WHERE (:name = '' OR name = :name)
        AND (:enabled = '' OR enabled = (:enabled = 'true')) AND id > :marker
      ORDER BY id LIMIT :fetch
      """;

  static final String DOMAIN_FILTERS =
      FILTERS.replace("WHERE", "WHERE (:domain = '' OR domain_id = :domain) AND");

  private Lookup() {}

  static Statement filters(Statement statement, ApiRequest request, Page page) {
    return statement
        .bind("name", request.query("name").orElse(""))
        .bind("enabled", enabled(request))
        .bind("marker", page.marker().orElse(""))
        .bind("fetch", page.fetch());
  }

  /** Binds what {@link #DOMAIN_FILTERS} has more. */
  static Function<Statement, Statement> ofDomain(ApiRequest request) {
    return query -> query.bind("domain", request.query("domain_id").orElse(""));
  }

  private static String enabled(ApiRequest request) {
    return request
        .query("enabled")
        .map(text -> Boolean.toString(!text.equalsIgnoreCase("false") && !text.equals("0")))
        .orElse("");
  }

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
    return row.switchIfEmpty(Mono.error(() -> ApiFault.notFound(thing, id)));
  }
}
