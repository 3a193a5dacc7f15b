package io.virga.control.identity.token;

import io.virga.control.fault.ApiFault;
import io.virga.control.policy.Authenticator;
import io.virga.control.policy.Caller;
import io.virga.dataplane.token.TokenVerifier;
import io.virga.dataplane.token.Verification;

/** Verifies tokens as every data plane does: by public keys alone. */
public final class LocalAuthenticator implements Authenticator {

  static final String REQUIRED = "The request you have made requires authentication.";

  private final TokenVerifier verifier;

  public LocalAuthenticator(TokenVerifier verifier) {
    this.verifier = verifier;
  }

  @Override
  public Caller authenticate(String token) {
    return switch (verifier.verify(token)) {
      case Verification.Valid valid -> new Caller(valid.claims(), token);
      case Verification.Expired _ ->
          throw ApiFault.unauthorized(REQUIRED + " The token has expired.");
      case Verification.Revoked _ ->
          throw ApiFault.unauthorized(REQUIRED + " The token has been revoked.");
      case Verification.Malformed _ -> throw ApiFault.unauthorized(REQUIRED);
      case Verification.UnknownKey _ -> throw ApiFault.unauthorized(REQUIRED);
      case Verification.BadSignature _ -> throw ApiFault.unauthorized(REQUIRED);
    };
  }
}
