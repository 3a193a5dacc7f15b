package io.virga.control.network.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.network.address.IpAddress;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.network.model.Standard;
import io.virga.control.network.model.SubnetPool;
import io.virga.control.network.model.SubnetPool.Lengths;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads subnet pools from requests. */
final class SubnetPoolBodies {

  private static final int MAX_PREFIXES = 1000;
  private static final int MIN_IPV4 = 8;
  private static final int MIN_IPV6 = 64;

  private SubnetPoolBodies() {}

  static SubnetPool read(ApiRequest request, JsonBody body) {
    List<IpPrefix> prefixes = prefixes(body);
    int version = prefixes.isEmpty() ? 4 : prefixes.getFirst().version();
    int min = length(body, "min_prefixlen").orElse(version == 4 ? MIN_IPV4 : MIN_IPV6);
    return new SubnetPool(
        Standard.ofNew(Ids.next(), Fields.project(request, body), Fields.description(body)),
        body.text("name", Fields.NAME_LENGTH),
        version,
        prefixes,
        new Lengths(
            length(body, "default_prefixlen").orElse(min),
            min,
            length(body, "max_prefixlen").orElse(IpAddress.width(version))),
        quota(body),
        scope(body),
        Fields.adminFlag(request, body, "is_default", false),
        Fields.adminFlag(request, body, "shared", false));
  }

  static SubnetPool changed(ApiRequest request, JsonBody body, SubnetPool before) {
    for (String fixed : List.of("shared", "project_id", "tenant_id", "ip_version")) {
      if (body.has(fixed)) {
        throw Fields.readOnly(body, fixed);
      }
    }
    Lengths lengths = before.lengths();
    return new SubnetPool(
        Fields.described(before.standard(), body),
        Fields.name(body, before.name()),
        before.ipVersion(),
        body.has("prefixes") ? grown(before, prefixes(body)) : before.prefixes(),
        new Lengths(
            length(body, "default_prefixlen").orElse(lengths.byDefault()),
            length(body, "min_prefixlen").orElse(lengths.min()),
            length(body, "max_prefixlen").orElse(lengths.max())),
        body.has("default_quota") ? quota(body) : before.quotaPerProject(),
        body.has("address_scope_id") ? scope(body) : before.addressScopeId(),
        Fields.adminFlag(request, body, "is_default", before.isDefault()),
        before.shared());
  }

  static List<IpPrefix> prefixes(JsonBody body) {
    return IpPrefix.compact(
        body.texts("prefixes", MAX_PREFIXES, Fields.NAME_LENGTH).stream()
            .map(text -> Fields.prefix(body.at("prefixes"), text))
            .toList());
  }

  /** A pool loses no addresses: subnets may have them. */
  private static List<IpPrefix> grown(SubnetPool before, List<IpPrefix> prefixes) {
    for (IpPrefix old : before.prefixes()) {
      if (prefixes.stream().noneMatch(block -> block.contains(old))) {
        throw ApiFault.badRequest(
                "Illegal subnetpool update : existing prefixes must be a subset of the new"
                    + " prefixes.")
            .ofType("IllegalSubnetPoolUpdate");
      }
    }
    return prefixes;
  }

  private static Optional<Integer> length(JsonBody body, String name) {
    return body.optionalNumber(name, 0, IpAddress.width(6)).map(Math::toIntExact);
  }

  private static Optional<Long> quota(JsonBody body) {
    return body.optionalNumber("default_quota", 0, Long.MAX_VALUE);
  }

  private static Optional<UUID> scope(JsonBody body) {
    return body.optionalText("address_scope_id", Fields.NAME_LENGTH)
        .map(
            text ->
                Ids.parse(text)
                    .orElseThrow(
                        () ->
                            Fields.invalid(
                                body.at("address_scope_id") + ": '" + text + "' is not a UUID")));
  }
}
