package io.virga.objectstore.swift.tempurl;

import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.auth.Caller;
import io.virga.objectstore.swift.wire.MetadataHeaders;
import io.virga.objectstore.swift.wire.SwiftPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The keys that accounts and containers have in their metadata, two each. */
final class SigningKeys {

  private static final List<String> NAMES = List.of("temp-url-key", "temp-url-key-2");

  private SigningKeys() {}

  /**
   * A key.
   *
   * @param opens what a good signature by it lets somebody do
   */
  record Key(String secret, Caller.Signed opens) {}

  static Mono<List<Key>> of(ObjectStore store, SwiftPath path) {
    if (!path.account().startsWith(Caller.ACCOUNT_PREFIX)) {
      return Mono.just(List.of());
    }
    return store
        .account(path.account())
        .zipWith(
            store.container(path.containerPath()),
            (account, container) -> {
              List<Key> keys = new ArrayList<>();
              Caller.Signed all = new Caller.Signed(path.account(), Optional.empty());
              Caller.Signed one = new Caller.Signed(path.account(), Optional.of(path.container()));
              add(keys, account, MetadataHeaders.ACCOUNT, all);
              add(keys, container, MetadataHeaders.CONTAINER, one);
              return keys;
            });
  }

  private static void add(
      List<Key> keys, Optional<ContainerRow> row, String prefix, Caller.Signed opens) {
    for (String name : NAMES) {
      row.map(r -> r.metadata().get(prefix + name))
          .filter(secret -> !secret.isEmpty())
          .ifPresent(secret -> keys.add(new Key(secret, opens)));
    }
  }
}
