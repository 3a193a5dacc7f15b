package io.virga.control.identity.reach;

import io.virga.control.fault.ApiFault;
import io.virga.control.policy.Caller;
import io.virga.dataplane.token.Delegation;

/** Who acts by lent roles neither makes nor sees what would outlive or outdo what lends them. */
public final class Delegated {

  private Delegated() {}

  /**
   * @throws ApiFault forbidden, unless the caller has logged in by itself or by an unrestricted
   *     application credential
   */
  public static void refuse(Caller caller, String managing) {
    caller
        .claims()
        .delegation()
        .filter(delegation -> !delegation.unrestricted())
        .ifPresent(
            delegation -> {
              String method =
                  delegation instanceof Delegation.Trust ? "trust" : "application_credential";
              throw ApiFault.forbidden(
                  "You are not authorized to perform the requested action: Using method"
                      + " '%s' is not allowed for managing %s.".formatted(method, managing));
            });
  }
}
