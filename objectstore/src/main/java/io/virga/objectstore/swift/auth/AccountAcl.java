package io.virga.objectstore.swift.auth;

import io.virga.dataplane.json.Json;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.swift.wire.MetadataHeaders;
import io.virga.objectstore.swift.wire.SwiftError;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The access control list of an account: JSON with the groups of {@code /auth/v1.0} that may read
 * ({@code read-only}), write ({@code read-write}) or own ({@code admin}) what is in it.
 */
public final class AccountAcl {

  public static final String HEADER = "x-account-access-control";

  private static final Set<String> KEYS = Set.of("admin", "read-write", "read-only");

  private AccountAcl() {}

  /** Puts the list that a request gives into an account's metadata. */
  public static void merge(Map<String, String> metadata, Request request) {
    MetadataHeaders.change(request, HEADER)
        .ifPresent(
            value -> {
              boolean any = !value.isEmpty() && !checked(value).isEmpty();
              MetadataHeaders.set(metadata, HEADER, any ? value : "");
            });
  }

  private static JsonNode checked(String value) {
    JsonNode json;
    try {
      json = Json.mapper().readTree(value);
    } catch (JacksonException e) {
      throw SwiftError.badRequest("X-Account-Access-Control invalid: not valid JSON");
    }
    if (!json.isObject()) {
      throw SwiftError.badRequest("X-Account-Access-Control invalid: not a JSON object");
    }
    json.properties()
        .forEach(
            entry -> {
              boolean texts =
                  entry.getValue().isArray()
                      && entry.getValue().valueStream().allMatch(JsonNode::isString);
              if (!KEYS.contains(entry.getKey()) || !texts) {
                throw SwiftError.badRequest(
                    "X-Account-Access-Control invalid: key '%s' must be one of admin, read-write,"
                            .formatted(entry.getKey())
                        + " read-only, its value a list of names");
              }
            });
    return json;
  }

  /** What a list lets the bearer of the groups do. */
  static Caller.Power power(String acl, Set<String> groups) {
    JsonNode json = Json.mapper().readTree(acl);
    if (names(json.path("admin"), groups)) {
      return Caller.Power.OWN;
    }
    if (names(json.path("read-write"), groups)) {
      return Caller.Power.WRITE;
    }
    return names(json.path("read-only"), groups) ? Caller.Power.READ : Caller.Power.NONE;
  }

  private static boolean names(JsonNode list, Set<String> groups) {
    return list.valueStream().anyMatch(name -> groups.contains(name.asString("")));
  }
}
