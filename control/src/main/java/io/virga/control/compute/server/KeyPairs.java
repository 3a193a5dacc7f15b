package io.virga.control.compute.server;

import io.virga.control.compute.model.KeyPair;
import io.virga.control.compute.store.KeyPairStore;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.policy.Caller;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The key pair that a request names for a server. */
final class KeyPairs {

  private KeyPairs() {}

  /** The caller's of the name; bad request if there is none. */
  static Mono<Optional<KeyPair>> find(
      KeyPairStore keyPairs, Transaction transaction, Caller caller, Optional<String> name) {
    return Mono.justOrEmpty(name)
        .flatMap(text -> keyPairs.find(transaction, caller.userId(), text))
        .onErrorMap(
            ApiFault::isNotFound,
            e -> ApiFault.badRequest("Invalid key_name provided: " + name.orElse("")))
        .singleOptional();
  }
}
