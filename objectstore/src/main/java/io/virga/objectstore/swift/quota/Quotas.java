package io.virga.objectstore.swift.quota;

import io.virga.objectstore.http.Request;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.expiry.DeletedAccounts;
import io.virga.objectstore.swift.wire.MetadataHeaders;
import io.virga.objectstore.swift.wire.Policies;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.versions.Versions;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * The limits of bytes and objects that accounts and containers have in their metadata. What is
 * there already and what comes are added up; uploads at the same time do not see each other.
 */
public final class Quotas {

  private static final String BYTES = "quota-bytes";
  private static final String COUNT = "quota-count";

  private static final Names OF_CONTAINER = Names.of(MetadataHeaders.CONTAINER);
  private static final Names OF_ACCOUNT = Names.of(AccountQuotas.PREFIX);

  private final ObjectStore store;
  private final Policies policies;

  public Quotas(ObjectStore store, Policies policies) {
    this.store = store;
    this.policies = policies;
  }

  /** Refuses limits of a container that are no numbers. */
  public static void checkContainer(Request request) {
    for (String quota : List.of(BYTES, COUNT)) {
      Optional<String> given = request.header(MetadataHeaders.CONTAINER + quota);
      if (given.filter(v -> !v.isEmpty() && !isNumber(v)).isPresent()) {
        throw SwiftError.badRequest("Invalid %s quota.".formatted(quota.substring(6)));
      }
    }
  }

  /** The metadata that hold two limits. */
  record Names(String bytes, String count) {

    static Names of(String prefix) {
      return new Names(prefix + BYTES, prefix + COUNT);
    }
  }

  /**
   * What a container and its account may still take.
   *
   * @param versionBytes of the versions of the container's objects
   * @param policy the name of the container's storage policy
   */
  public record Allowance(
      ContainerRow container,
      long versionBytes,
      Optional<ContainerRow> account,
      Optional<String> policy) {

    /** Fails with 413 if an object of so many bytes is too much. */
    public void check(long moreBytes) {
      Quotas.check(container, container.counts(), OF_CONTAINER, versionBytes + moreBytes);
      account
          .filter(row -> !row.metadata().isEmpty())
          .ifPresent(
              row -> {
                Quotas.check(row, row.counts(), OF_ACCOUNT, moreBytes);
                AccountQuotas.checkPolicy(row, container.policy(), policy, moreBytes);
              });
    }
  }

  /** Looks up what may still be taken; fails with 410 for an account that was deleted. */
  public Mono<Allowance> of(String account, ContainerRow container) {
    return store
        .account(account)
        .flatMap(
            row ->
                Versions.bytes(store, container)
                    .map(
                        versionBytes ->
                            new Allowance(
                                container,
                                versionBytes,
                                row.map(DeletedAccounts::checked),
                                policies.nameOf(container.policy()))));
  }

  static void check(ContainerRow row, ContainerRow.Counts counts, Names names, long moreBytes) {
    boolean tooMany = limit(row, names.count()).filter(l -> counts.objects() + 1 > l).isPresent();
    boolean tooMuch =
        limit(row, names.bytes()).filter(l -> counts.bytesUsed() + moreBytes > l).isPresent();
    if (tooMany || tooMuch) {
      throw new SwiftError(413, "Upload exceeds quota.");
    }
  }

  private static Optional<Long> limit(ContainerRow row, String name) {
    return Optional.ofNullable(row.metadata().get(name))
        .filter(Quotas::isNumber)
        .map(Long::parseLong);
  }

  static boolean isNumber(String text) {
    return text.matches("[0-9]{1,18}");
  }
}
