package io.virga.control.identity.reach;

import io.virga.control.fault.ApiFault;
import io.virga.control.policy.Caller;
import io.virga.control.policy.Rule;
import io.virga.dataplane.token.Claims;
import java.util.Optional;

/**
 * Whose users, groups and projects a caller's role is good for: those of the domain that its token
 * is scoped to, or everyone's. It says nothing of the role itself, which is the route's {@link
 * Rule}.
 */
public record Reach(Optional<String> onlyDomain) {

  public static Reach of(Caller caller) {
    return new Reach(caller.domainId());
  }

  public boolean covers(String domainId) {
    return onlyDomain.map(domainId::equals).orElse(true);
  }

  /**
   * @throws ApiFault forbidden, if the domain is another's
   */
  public void check(String domainId) {
    if (!covers(domainId)) {
      throw ApiFault.forbidden(
          "You are not authorized to perform the requested action: it is not of your domain.");
    }
  }

  /** Whether the caller may look at what is in the domain, by its role alone. */
  public static boolean reads(Caller caller, String domainId) {
    return Rule.DOMAIN_READER.opensTo(caller) && of(caller).covers(domainId);
  }

  /** The domain of what a caller makes without naming one: its scope's, or its own. */
  public static String home(Caller caller) {
    Claims claims = caller.claims();
    return claims
        .scope()
        .filter(scope -> scope.type() != Claims.ScopeType.SYSTEM)
        .map(Claims.Scope::domain)
        .orElse(claims.userDomain())
        .id();
  }
}
