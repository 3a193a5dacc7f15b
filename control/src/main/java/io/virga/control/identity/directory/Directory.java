package io.virga.control.identity.directory;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.View;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.view.Keystone;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * One collection of the directory: what is the same of domains, projects and groups. A change or a
 * deletion locks its row first, and ends with the revocations that it has made in force.
 */
final class Directory<T extends Directory.Entry> {

  private final Database database;
  private final Revocations revocations;
  private final Keystone keystone;
  private final Table table;
  private final Function<Row, T> read;

  Directory(
      Database database,
      Revocations revocations,
      Keystone keystone,
      Table table,
      Function<Row, T> read) {
    this.database = database;
    this.revocations = revocations;
    this.keystone = keystone;
    this.table = table;
    this.read = read;
  }

  /** What is in a collection. */
  interface Entry {

    String id();

    String name();

    /** Without the link to itself. */
    View view();

    /** Binds all columns of {@link Table#insert} and {@link Table#update}. */
    Statement bind(Statement statement);
  }

  /**
   * Where the entries are.
   *
   * @param thing what one is called in bodies; the table is named after it
   * @param select all of them, ending in a blank
   * @param filters the end of the query of a list
   */
  record Table(String thing, String select, String filters, String insert, String update) {

    private String collection() {
      return thing + "s";
    }

    private String title() {
      return thing.substring(0, 1).toUpperCase(Locale.ROOT) + thing.substring(1);
    }
  }

  /** What else a change does, after it is written. */
  interface Consequences<T> {
    Mono<Void> of(Transaction transaction, T before, T after);
  }

  /** When the entry is removed, among all else that its end means. */
  interface Removal<T> {
    Mono<Void> of(Transaction transaction, T entry, Mono<Void> removed);
  }

  Mono<T> find(Session session, String id) {
    return find(session, id, "");
  }

  private Mono<T> find(Session session, String id, String lock) {
    return Lookup.found(
        session.sql(table.select() + "WHERE id = :id " + lock).bind("id", id).one(read),
        table.title(),
        id);
  }

  /** A page of those that the request's filters let through. */
  Mono<ServerResponse> list(ApiRequest request, Function<Statement, Statement> bindOtherFilters) {
    Page page = Page.of(request);
    Statement query = database.sql(table.select() + table.filters());
    return bindOtherFilters
        .apply(Lookup.filters(query, request, page))
        .all(read)
        .collectList()
        .map(rows -> page.cut(rows, Entry::id))
        .flatMap(cut -> keystone.list(request, table.collection(), cut.map(this::view)));
  }

  /** All that the query finds. */
  Mono<ServerResponse> list(ApiRequest request, Statement query) {
    return query
        .all(read)
        .map(this::view)
        .collectList()
        .flatMap(views -> keystone.list(request, table.collection(), views));
  }

  Mono<ServerResponse> show(String id) {
    return find(database, id).flatMap(entry -> Replies.ok(body(entry)));
  }

  Mono<ServerResponse> create(ApiRequest request, Function<JsonBody, T> made) {
    return request
        .json()
        .map(body -> made.apply(body.object(table.thing())))
        .flatMap(
            entry -> write(database, table.insert(), entry).then(Replies.created(body(entry))));
  }

  Mono<ServerResponse> change(
      ApiRequest request, BiFunction<T, JsonBody, T> changed, Consequences<T> consequences) {
    String id = request.path("id");
    return request
        .json()
        .map(body -> body.object(table.thing()))
        .flatMap(
            body ->
                database.inTransaction(
                    transaction ->
                        find(transaction, id, "FOR UPDATE")
                            .flatMap(
                                before -> {
                                  T after = changed.apply(before, body);
                                  return write(transaction, table.update(), after)
                                      .then(consequences.of(transaction, before, after))
                                      .thenReturn(after);
                                })))
        .flatMap(entry -> revocations.reload().then(Replies.ok(body(entry))));
  }

  Mono<ServerResponse> delete(ApiRequest request, Removal<T> removal) {
    String id = request.path("id");
    return database
        .inTransaction(
            transaction ->
                find(transaction, id, "FOR UPDATE")
                    .flatMap(entry -> removal.of(transaction, entry, remove(transaction, id))))
        .then(revocations.reload())
        .then(Replies.noContent());
  }

  private Mono<Void> remove(Transaction transaction, String id) {
    return transaction
        .sql("DELETE FROM identity_" + table.thing() + " WHERE id = :id")
        .bind("id", id)
        .execute()
        .then();
  }

  private Mono<Void> write(Session session, String sql, T entry) {
    return entry
        .bind(session.sql(sql))
        .execute()
        .transform(Lookup.conflicts(table.thing(), entry.name()))
        .then();
  }

  private View body(T entry) {
    return View.of(table.thing(), view(entry));
  }

  private View view(T entry) {
    return keystone.linked(table.collection(), entry.id(), entry.view());
  }
}
