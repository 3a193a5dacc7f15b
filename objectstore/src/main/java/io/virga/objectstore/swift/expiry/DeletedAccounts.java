package io.virga.objectstore.swift.expiry;

import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.wire.SwiftError;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Accounts that were deleted: marked at once, so that nobody gets at anything, and emptied by the
 * expirer. When all is gone the account is as if it had never been.
 */
public final class DeletedAccounts {

  private static final String MARK = ".deleted";

  private final ObjectStore store;
  private final ExpiryQueue queue;
  private final InstantSource clock;

  public DeletedAccounts(ObjectStore store, ExpiryQueue queue, InstantSource clock) {
    this.store = store;
    this.queue = queue;
    this.clock = clock;
  }

  /** Marks an account and has it emptied. */
  public Mono<Void> delete(String account) {
    return queue
        .deleteAccount(account, clock.instant().getEpochSecond())
        .then(Mono.defer(() -> store.putAccount(account, DeletedAccounts::marked)))
        .then();
  }

  private static Map<String, String> marked(Map<String, String> before) {
    check(before);
    Map<String, String> after = new LinkedHashMap<>();
    after.put(MARK, "1");
    return after;
  }

  /** Fails with 410 if the metadata is a deleted account's. */
  public static void check(Map<String, String> metadata) {
    if (isDeleted(metadata)) {
      throw new SwiftError(410);
    }
  }

  /** The account; fails with 410 if it is deleted. */
  public static ContainerRow checked(ContainerRow row) {
    check(row.metadata());
    return row;
  }

  static boolean isDeleted(Map<String, String> metadata) {
    return metadata.containsKey(MARK);
  }
}
