package io.virga.control.policy;

import io.virga.control.fault.ApiFault;
import java.util.Locale;

/**
 * What a route asks of its caller. A route without a rule cannot be made, so what is not opened is
 * closed. Roles are checked once a request; whose things it sees is the query's business.
 */
public enum Rule {
  /** No token is looked at. */
  ANYONE {
    @Override
    public boolean opensTo(Caller caller) {
      return true;
    }
  },
  /** Any good token; the handler decides what it shows. */
  LOGGED_IN {
    @Override
    public boolean opensTo(Caller caller) {
      return true;
    }
  },
  /** May look at the things of the project that the token is scoped to. */
  READER {
    @Override
    public boolean opensTo(Caller caller) {
      return caller.claims().hasRole("reader");
    }
  },
  /** May change the things of the project that the token is scoped to. */
  MEMBER {
    @Override
    public boolean opensTo(Caller caller) {
      return caller.claims().hasRole("member");
    }
  },
  /** May do everything, to everyone's things. */
  ADMIN {
    @Override
    public boolean opensTo(Caller caller) {
      return caller.isAdmin();
    }
  };

  public abstract boolean opensTo(Caller caller);

  /**
   * @throws ApiFault forbidden, naming what is missing
   */
  public void check(Caller caller, String action) {
    if (!opensTo(caller)) {
      throw ApiFault.forbidden(
          "You are not authorized to perform the requested action: %s needs the role %s."
              .formatted(action, name().toLowerCase(Locale.ROOT)));
    }
  }
}
