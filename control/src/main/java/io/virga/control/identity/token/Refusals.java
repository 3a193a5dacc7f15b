package io.virga.control.identity.token;

import io.virga.control.fault.ApiFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whatever is wrong with the user, the secret, the scope or the roles, the client hears the same
 * sentence, as from keystone; the log says which.
 */
final class Refusals {

  private static final Logger log = LoggerFactory.getLogger(Refusals.class);

  private Refusals() {}

  static ApiFault refused(String reason) {
    log.info("login refused: {}", reason);
    return ApiFault.unauthorized(LocalAuthenticator.REQUIRED);
  }
}
