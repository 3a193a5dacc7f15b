package io.virga.objectstore.swift.auth;

import io.virga.objectstore.http.Request;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftPath;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Decides who may do what. An owner is let in without a look at the store; others by the access
 * control lists of the account and of the container. Whom an application credential's access rules
 * do not let through is nobody there.
 */
public final class Gate {

  private final ObjectStore store;

  public Gate(ObjectStore store) {
    this.store = store;
  }

  /** Lets a request read or write at a path; fails with 401 for nobody and 403 for a stranger. */
  public Mono<Grant> enter(Request request, Caller caller, SwiftPath path, boolean writing) {
    boolean ruled =
        caller instanceof Caller.User user && !user.permits(method(request, writing), path);
    return entered(request, ruled ? new Caller.Anonymous() : caller, path, writing);
  }

  /** Likewise for all objects of a container, whatever their names. */
  public Mono<Grant> enterAllOf(
      Request request, Caller caller, ContainerPath container, boolean writing) {
    boolean ruled =
        caller instanceof Caller.User user
            && !user.permitsAllOf(method(request, writing), SwiftPath.of(container));
    return entered(
        request,
        ruled ? new Caller.Anonymous() : caller,
        SwiftPath.of(container.object("any")),
        writing);
  }

  /** What is asked of access rules: a request may read and write elsewhere than it is sent to. */
  private static String method(Request request, boolean writing) {
    if (writing) {
      return request.query().has("bulk-delete") ? "DELETE" : request.method();
    }
    return request.method().equals("HEAD") ? "HEAD" : "GET";
  }

  private Mono<Grant> entered(Request request, Caller caller, SwiftPath path, boolean writing) {
    if (!path.account().startsWith(Caller.ACCOUNT_PREFIX)) {
      return Mono.error(denied(caller));
    }
    return switch (caller) {
      case Caller.Signed signed -> signed(signed, path, writing);
      case Caller.Anonymous() -> byContainer(request, caller, path, writing);
      case Caller.User user -> user(request, user, path, writing);
    };
  }

  private static Mono<Grant> signed(Caller.Signed signed, SwiftPath path, boolean writing) {
    boolean inside =
        signed.account().equals(path.account())
            && signed.container().map(path.container()::equals).orElse(true);
    boolean open = path.isObject() || (path.isContainer() && !writing);
    return inside && open ? Mono.just(Grant.PLAIN) : Mono.error(denied(signed));
  }

  private Mono<Grant> user(Request request, Caller.User user, SwiftPath path, boolean writing) {
    if (user.reseller()) {
      return Mono.just(new Grant(true, true));
    }
    boolean own = user.account().equals(path.account());
    if (own && user.own() == Caller.Power.OWN) {
      return Mono.just(new Grant(true, false));
    }
    if (own && user.own() == Caller.Power.READ && !writing) {
      return Mono.just(Grant.PLAIN);
    }
    if (user.groups().isEmpty()) {
      return byContainer(request, user, path, writing);
    }
    return store
        .account(path.account())
        .flatMap(
            row ->
                switch (power(row, user)) {
                  case OWN -> Mono.just(new Grant(true, false));
                  case WRITE ->
                      path.isAccount() && writing
                          ? Mono.<Grant>error(denied(user))
                          : Mono.just(Grant.PLAIN);
                  case READ ->
                      writing ? byContainer(request, user, path, true) : Mono.just(Grant.PLAIN);
                  case NONE -> byContainer(request, user, path, writing);
                });
  }

  private static Caller.Power power(Optional<ContainerRow> account, Caller.User user) {
    return account
        .map(row -> row.metadata().get(AccountAcl.HEADER))
        .map(acl -> AccountAcl.power(acl, user.groups()))
        .orElse(Caller.Power.NONE);
  }

  private Mono<Grant> byContainer(Request request, Caller caller, SwiftPath path, boolean writing) {
    if (path.isAccount() || (path.isContainer() && writing)) {
      return Mono.error(denied(caller));
    }
    return store
        .container(path.containerPath())
        .map(
            row -> {
              String acl =
                  row.map(c -> c.metadata().get(writing ? ContainerAcl.WRITE : ContainerAcl.READ))
                      .orElse("");
              boolean own =
                  caller instanceof Caller.User user && user.account().equals(path.account());
              if (!ContainerAcl.opens(
                  acl, caller, request.header("referer"), own, path.isContainer())) {
                throw denied(caller);
              }
              return Grant.PLAIN;
            });
  }

  /** The error for a caller who may not do what he wants. */
  public static SwiftError denied(Caller caller) {
    return new SwiftError(caller instanceof Caller.User ? 403 : 401);
  }
}
