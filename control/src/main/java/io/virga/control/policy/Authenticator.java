package io.virga.control.policy;

import io.virga.control.fault.ApiFault;

/** Tells who a token speaks for. Never blocks: it verifies by public keys alone. Thread-safe. */
@FunctionalInterface
public interface Authenticator {

  /**
   * @throws ApiFault unauthorized, if the token is not good
   */
  Caller authenticate(String token);
}
