package io.virga.control.policy;

import io.virga.control.fault.ApiFault;
import io.virga.dataplane.token.Claims;

/**
 * What a route asks of its caller. A route without a rule cannot be made, so what is not opened is
 * closed. Roles are checked once a request; whose things it sees is the query's business.
 */
public enum Rule {
  /** No token is looked at. */
  ANYONE("nothing") {
    @Override
    public boolean opensTo(Caller caller) {
      return true;
    }
  },
  /** Any good token; the handler decides what it shows. */
  LOGGED_IN("a token") {
    @Override
    public boolean opensTo(Caller caller) {
      return true;
    }
  },
  /** May look at the things of the project that the token is scoped to. */
  READER("the role reader") {
    @Override
    public boolean opensTo(Caller caller) {
      return caller.claims().hasRole("reader");
    }
  },
  /** May change the things of the project that the token is scoped to. */
  MEMBER("the role member") {
    @Override
    public boolean opensTo(Caller caller) {
      return caller.claims().hasRole("member");
    }
  },
  /** May look at the domain that the token is scoped to, or at everything. */
  DOMAIN_READER("the role reader on the domain or on the system, or the role admin") {
    @Override
    public boolean opensTo(Caller caller) {
      return SYSTEM_READER.opensTo(caller) || has(caller, Claims.ScopeType.DOMAIN, "reader");
    }
  },
  /** May change the domain that the token is scoped to, or everything. */
  DOMAIN_ADMIN("the role admin") {
    @Override
    public boolean opensTo(Caller caller) {
      return caller.claims().hasRole(Caller.ADMIN);
    }
  },
  /** May look at everything. */
  SYSTEM_READER("the role reader on the system, or the role admin on the system or a project") {
    @Override
    public boolean opensTo(Caller caller) {
      return caller.isAdmin() || has(caller, Claims.ScopeType.SYSTEM, "reader");
    }
  },
  /** May do everything, to everyone's things. */
  ADMIN("the role admin on the system or a project") {
    @Override
    public boolean opensTo(Caller caller) {
      return caller.isAdmin();
    }
  };

  private final String needs;

  Rule(String needs) {
    this.needs = needs;
  }

  public abstract boolean opensTo(Caller caller);

  /** In words, what the caller must have. */
  public String needs() {
    return needs;
  }

  private static boolean has(Caller caller, Claims.ScopeType scope, String role) {
    return caller.claims().hasRole(role)
        && caller.claims().scope().filter(s -> s.type() == scope).isPresent();
  }

  /**
   * @throws ApiFault forbidden, naming what is missing
   */
  public void check(Caller caller, String action) {
    if (!opensTo(caller)) {
      throw ApiFault.forbidden(
          "You are not authorized to perform the requested action: %s needs %s."
              .formatted(action, needs));
    }
  }
}
