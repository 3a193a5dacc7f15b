package io.virga.dataplane.token;

import java.util.List;
import java.util.Set;

/** What lends the bearer its roles, where it has not logged in by itself. */
public sealed interface Delegation {

  /** Random; what a revocation names. */
  String id();

  /** Whether a request may be made at all; roles are asked of beside it. */
  boolean permits(Set<String> serviceTypes, String method, String path);

  /** Whether the bearer may make further credentials for its user. */
  boolean unrestricted();

  /**
   * A secret of its own for a program.
   *
   * @param accessRules all that it may be used for; empty if that is everything
   */
  record ApplicationCredential(String id, boolean unrestricted, List<AccessRule> accessRules)
      implements Delegation {

    public ApplicationCredential {
      accessRules = List.copyOf(accessRules);
    }

    @Override
    public boolean permits(Set<String> serviceTypes, String method, String path) {
      return accessRules.isEmpty()
          || accessRules.stream().anyMatch(rule -> rule.permits(serviceTypes, method, path));
    }
  }

  /**
   * A user's roles in the hands of another.
   *
   * @param trustorId whose roles they are
   * @param trusteeId who uses them
   * @param impersonation whether the token's user is the trustor
   */
  record Trust(String id, String trustorId, String trusteeId, boolean impersonation)
      implements Delegation {

    @Override
    public boolean permits(Set<String> serviceTypes, String method, String path) {
      return true;
    }

    @Override
    public boolean unrestricted() {
      return false;
    }
  }
}
