package io.virga.objectstore.swift.expiry;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import java.util.Map;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What is to be deleted, and when: objects without bytes in containers of a hidden account, one
 * container for each day, named so that their listing is in the order of time. An entry says that
 * there may be something to delete; whether there is, the object itself knows.
 */
public final class ExpiryQueue {

  /** The account. No client can name it. */
  static final String ACCOUNT = ".expiring_objects";

  /** The type of an entry for an object that goes if it is not newer than the entry. */
  static final String ANY = "application/async-deleted";

  /** The type of an entry for an object that goes if its own metadata says so. */
  static final String EXPIRING = "text/plain";

  /** The type of an entry for an account that was deleted. */
  static final String WHOLE_ACCOUNT = "application/deleted-account";

  private static final long DAY_SECONDS = 86_400;

  private final ObjectStore store;

  public ExpiryQueue(ObjectStore store) {
    this.store = store;
  }

  /** Has the object looked at from the second on; to be done before it is told to expire then. */
  public Mono<Void> expire(ObjectPath path, long second) {
    return put(path, second, EXPIRING);
  }

  /** Has the object deleted some time after the second, unless it is written again. */
  public Mono<Void> delete(ObjectPath path, long second) {
    return put(path, second, ANY);
  }

  /** Has all that is in an account deleted. */
  Mono<Void> deleteAccount(String account, long second) {
    return put(account, second, WHOLE_ACCOUNT);
  }

  private Mono<Void> put(ObjectPath path, long second, String type) {
    return put(path.account() + "/" + path.container() + "/" + path.object(), second, type);
  }

  private Mono<Void> put(String what, long second, String type) {
    ContainerPath day = new ContainerPath(ACCOUNT, digits(second / DAY_SECONDS * DAY_SECONDS));
    ObjectPath entry = day.object(digits(second) + "-" + what);
    return write(entry, type)
        .flatMap(
            result ->
                result instanceof Result.Done<ObjectRow>
                    ? Mono.just(result)
                    : store.putContainer(day, before -> before, false).then(write(entry, type)))
        .flatMap(
            result ->
                result instanceof Result.Done<ObjectRow>
                    ? Mono.empty()
                    : Mono.error(new IllegalStateException("no container for " + entry)));
  }

  private Mono<Result<ObjectRow>> write(ObjectPath entry, String type) {
    return store.receive(
        entry,
        OptionalLong.of(0),
        Flux.empty(),
        received ->
            store.put(
                entry, NewObject.of(received, type, Map.of()), received.content(), Condition.NONE));
  }

  /** A second so that texts are in the order of numbers. */
  static String digits(long second) {
    return "%012d".formatted(second);
  }
}
