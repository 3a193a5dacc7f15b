package io.virga.control.identity.directory;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.View;
import io.virga.control.identity.reach.Reach;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Keystone;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
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

    /** What is said when the name is taken; see {@link Lookup#conflicts}. */
    String taken();

    /** What is said when there is no such domain. */
    default ApiFault noDomain() {
      return Keystone.notFound("domain", domainId());
    }

    /** The domain that it is in; a domain is in itself. */
    String domainId();

    /** Without the link to itself. */
    View view();

    /** Binds all columns of {@link Table#insert} and {@link Table#update}. */
    Statement bind(Statement statement);
  }

  /**
   * Where the entries are.
   *
   * @param thing what one is called in bodies
   * @param table where they are kept
   * @param select all of them, ending in a blank
   */
  record Table(String thing, String table, String select, String insert, String update) {

    private String collection() {
      return thing + "s";
    }
  }

  /** What must be so before an entry is made. */
  interface Precondition<T> {
    Mono<Void> of(Transaction transaction, T entry);
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
        table.thing(),
        id);
  }

  /** A page of those that the filters let through. */
  Mono<ServerResponse> list(ApiRequest request, Filters filters) {
    Page page = Page.of(request);
    return filters
        .query(database, table.select(), page)
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

  /** One that the caller may see. */
  Mono<T> find(String id, Predicate<T> visible) {
    return Lookup.found(find(database, id).filter(visible), table.thing(), id);
  }

  Mono<ServerResponse> show(String id, Predicate<T> visible) {
    return find(id, visible).flatMap(entry -> Replies.ok(body(entry)));
  }

  Mono<ServerResponse> create(
      ApiRequest request, Function<JsonBody, T> made, Precondition<T> precondition) {
    return request
        .json()
        .flatMap(json -> create(request, json.object(table.thing()), made, precondition));
  }

  /**
   * @param described what the body says of the entry
   */
  Mono<ServerResponse> create(
      ApiRequest request,
      JsonBody described,
      Function<JsonBody, T> made,
      Precondition<T> precondition) {
    T entry = made.apply(described);
    Reach.of(request.caller()).check(entry.domainId());
    return database
        .inTransaction(
            transaction ->
                precondition.of(transaction, entry).then(write(transaction, table.insert(), entry)))
        .then(Replies.created(body(entry)));
  }

  Mono<ServerResponse> change(
      ApiRequest request, BiFunction<T, JsonBody, T> changed, Consequences<T> consequences) {
    return request
        .json()
        .map(body -> body.changes(table.thing()))
        .flatMap(
            body ->
                database.inTransaction(
                    transaction ->
                        lock(transaction, request)
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
    return database
        .inTransaction(
            transaction ->
                lock(transaction, request)
                    .flatMap(
                        entry -> removal.of(transaction, entry, remove(transaction, entry.id()))))
        .then(revocations.reload())
        .then(Replies.noContent());
  }

  /** The entry of the path, within the caller's reach, kept from other changes. */
  private Mono<T> lock(Transaction transaction, ApiRequest request) {
    Reach reach = Reach.of(request.caller());
    return find(transaction, request.path("id"), "FOR UPDATE")
        .doOnNext(entry -> reach.check(entry.domainId()));
  }

  private Mono<Void> remove(Transaction transaction, String id) {
    return transaction
        .sql("DELETE FROM " + table.table() + " WHERE id = :id")
        .bind("id", id)
        .execute()
        .then();
  }

  private Mono<Void> write(Session session, String sql, T entry) {
    return entry
        .bind(session.sql(sql))
        .execute()
        .transform(Lookup.conflicts(entry.taken(), entry.noDomain()))
        .then();
  }

  private View body(T entry) {
    return View.of(table.thing(), view(entry));
  }

  /** As lists and bodies show it. */
  View view(T entry) {
    return keystone.linked(table.collection(), entry.id(), entry.view());
  }
}
