package io.virga.control.network.resource;

import io.virga.control.database.Transaction;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * How resources of a kind come to be, change and go. Everything happens in one transaction that
 * holds the lock of what hosts see; what is changed or deleted is the caller's, and its row locked.
 */
public interface Lifecycle {

  /** Makes one, and answers its id. */
  Mono<UUID> create(Transaction transaction, ApiRequest request, JsonBody body);

  Mono<Void> update(Transaction transaction, ApiRequest request, UUID id, JsonBody body);

  Mono<Void> delete(Transaction transaction, ApiRequest request, UUID id);

  /** What must be there before someone looks. */
  default Mono<Void> beforeList(ApiRequest request) {
    return Mono.empty();
  }
}
