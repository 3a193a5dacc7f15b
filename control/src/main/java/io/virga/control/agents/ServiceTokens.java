package io.virga.control.agents;

import java.time.Instant;
import reactor.core.publisher.Mono;

/** Issues the token with which a data plane reads what belongs to the project {@code service}. */
@FunctionalInterface
public interface ServiceTokens {

  /** What is answered to {@code POST /v1/token}. */
  record ServiceToken(String token, Instant expiresAt) {

    @Override
    public String toString() {
      return "ServiceToken[expiresAt=" + expiresAt + "]";
    }
  }

  /**
   * @param host whose blockstore asks; named in the token
   */
  Mono<ServiceToken> issue(String host);
}
