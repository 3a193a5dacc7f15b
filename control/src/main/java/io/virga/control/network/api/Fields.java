package io.virga.control.network.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.network.address.IpAddress;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.network.model.Standard;
import io.virga.control.policy.Caller;
import java.util.Optional;
import java.util.UUID;

/** Members that several of Neutron's bodies have. */
final class Fields {

  static final int NAME_LENGTH = 255;
  static final int MAX_ITEMS = 100;

  private Fields() {}

  static String name(JsonBody body) {
    return body.optionalText("name", NAME_LENGTH).orElse("");
  }

  static String name(JsonBody body, String before) {
    return body.optionalText("name", NAME_LENGTH).orElse(before);
  }

  /** The same thing with the description that the body has, if any. */
  static Standard described(Standard before, JsonBody body) {
    return body.optionalText("description", NAME_LENGTH).map(before::described).orElse(before);
  }

  static int ipVersion(JsonBody body) {
    return switch (Math.toIntExact(body.number("ip_version", 4, 6))) {
      case 4 -> 4;
      case 6 -> 6;
      default -> throw invalid(body.at("ip_version") + ": 5 is neither 4 nor 6");
    };
  }

  /** What cannot be changed. */
  static ApiFault readOnly(JsonBody body, String name) {
    return invalid("Cannot update read-only attribute " + body.at(name));
  }

  static String description(JsonBody body) {
    return body.optionalText("description", NAME_LENGTH).orElse("");
  }

  /** The project that a new thing is for: the caller's; another's only for an administrator. */
  static String project(ApiRequest request, JsonBody body) {
    return project(request, body, request.projectId());
  }

  /** Likewise, with another project where none is named. */
  static String project(ApiRequest request, JsonBody body, String absent) {
    Optional<String> named =
        body.optionalText("project_id", NAME_LENGTH)
            .or(() -> body.optionalText("tenant_id", NAME_LENGTH));
    if (named.isEmpty()) {
      return absent;
    }
    Caller caller = request.caller();
    if (!caller.isAdmin() && !named.get().equals(caller.projectId())) {
      throw ApiFault.forbidden("project_id: only an administrator may name another project.");
    }
    return named.get();
  }

  /** A flag that only an administrator may set. */
  static boolean adminFlag(ApiRequest request, JsonBody body, String name, boolean absent) {
    Optional<Boolean> flag = body.optionalFlag(name);
    if (flag.isPresent() && flag.get() != absent && !request.caller().isAdmin()) {
      throw ApiFault.forbidden(body.at(name) + ": only an administrator may set this.");
    }
    return flag.orElse(absent);
  }

  /** Refuses a member, whatever its value, unless the caller is an administrator. */
  static void adminOnly(ApiRequest request, JsonBody body, String name) {
    if (body.member(name).isPresent() && !request.caller().isAdmin()) {
      throw ApiFault.forbidden(body.at(name) + ": only an administrator may set this.");
    }
  }

  static UUID id(JsonBody body, String name, String thing) {
    String text = body.text(name, NAME_LENGTH);
    return Ids.parse(text).orElseThrow(() -> ApiFault.notFound(thing, text));
  }

  static Optional<UUID> optionalId(JsonBody body, String name, String thing) {
    return body.member(name).map(value -> id(body, name, thing));
  }

  /** A block of addresses of either family, for example {@code 10.0.0.0/8}. */
  static IpPrefix prefix(String where, String text) {
    return Optional.of(text)
        .filter(given -> given.contains("/"))
        .flatMap(IpPrefix::parse)
        .orElseThrow(
            () ->
                invalid(
                    where
                        + ": '"
                        + text
                        + "' is not a network such as 10.0.0.0/8 or 2001:db8::/32"));
  }

  /** An address of either family. */
  static IpAddress ip(String where, String text) {
    return IpAddress.parse(text)
        .orElseThrow(
            () ->
                invalid(
                    where + ": '" + text + "' is not an address such as 10.0.0.5 or 2001:db8::5"));
  }

  static IpAddress ipv4(String where, String text) {
    return IpAddress.parse(text)
        .filter(address -> address.version() == 4)
        .orElseThrow(
            () -> invalid(where + ": '" + text + "' is not an IPv4 address such as 10.0.0.5"));
  }

  static ApiFault invalid(String message) {
    return ApiFault.badRequest(message).ofType("InvalidInput");
  }
}
