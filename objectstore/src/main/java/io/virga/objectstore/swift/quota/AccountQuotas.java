package io.virga.objectstore.swift.quota;

import io.virga.dataplane.ring.StoragePolicy;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.swift.wire.MetadataHeaders;
import io.virga.objectstore.swift.wire.Policies;
import io.virga.objectstore.swift.wire.SwiftError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The limits of an account, in all and by the name of a storage policy. {@code
 * X-Account-Meta-Quota-Bytes} is the older name of {@code X-Account-Quota-Bytes}.
 */
public final class AccountQuotas {

  static final String PREFIX = "x-account-";

  private static final String BYTES = "x-account-quota-bytes";
  private static final String COUNT = "x-account-quota-count";
  private static final String OLD_BYTES = MetadataHeaders.ACCOUNT + "quota-bytes";

  private final Policies policies;

  public AccountQuotas(Policies policies) {
    this.policies = policies;
  }

  private List<String> names() {
    List<String> names = new ArrayList<>(List.of(BYTES, COUNT));
    for (StoragePolicy policy : policies.all()) {
      names.add(of(BYTES, policy.name()));
      names.add(of(COUNT, policy.name()));
    }
    return names;
  }

  private static String of(String limit, String policy) {
    return limit + "-policy-" + policy.toLowerCase(Locale.ROOT);
  }

  /** Refuses limits that are no numbers, or are not set by a reseller. */
  public void check(Request request, boolean reseller) {
    List<String> all = names();
    all.add(OLD_BYTES);
    for (String name : all) {
      Optional<String> given = MetadataHeaders.change(request, name);
      if (given.isPresent() && !reseller) {
        throw new SwiftError(403);
      }
      if (given.filter(v -> !v.isEmpty() && !Quotas.isNumber(v)).isPresent()) {
        throw SwiftError.badRequest("Invalid quota: " + name);
      }
    }
  }

  /** Puts the limits that a request gives into an account's metadata. */
  public void merge(Map<String, String> metadata, Request request) {
    metadata.remove(OLD_BYTES);
    MetadataHeaders.change(request, OLD_BYTES)
        .ifPresent(value -> MetadataHeaders.set(metadata, BYTES, value));
    for (String name : names()) {
      MetadataHeaders.change(request, name)
          .ifPresent(value -> MetadataHeaders.set(metadata, name, value));
    }
  }

  /** Shows the limit under its older name too. */
  public static void describe(Reply reply, ContainerRow account) {
    Optional.ofNullable(account.metadata().get(BYTES))
        .ifPresent(value -> reply.header("X-Account-Meta-Quota-Bytes", value));
  }

  /** Fails with 413 if an object of so many bytes is too much for what a policy may hold. */
  static void checkPolicy(
      ContainerRow account, int index, Optional<String> policy, long moreBytes) {
    ContainerRow.Counts counts =
        account.counts().policies().getOrDefault(index, ContainerRow.Counts.NONE);
    policy.ifPresent(
        name ->
            Quotas.check(
                account, counts, new Quotas.Names(of(BYTES, name), of(COUNT, name)), moreBytes));
  }
}
