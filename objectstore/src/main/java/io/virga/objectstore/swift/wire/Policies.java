package io.virga.objectstore.swift.wire;

import io.virga.objectstore.http.Request;
import java.util.List;
import java.util.Map;

/** Storage policies: how many copies there are, and where. There is one. */
public final class Policies {

  /** The name of the policy that containers get by themselves. */
  public static final String DEFAULT = "default";

  private Policies() {}

  /** Refuses a container of a policy that there is not. */
  public static void check(Request request) {
    request
        .header("x-storage-policy")
        .filter(name -> !name.isBlank() && !name.strip().equalsIgnoreCase(DEFAULT))
        .ifPresent(
            name -> {
              throw SwiftError.badRequest("Invalid X-Storage-Policy '%s'".formatted(name.strip()));
            });
  }

  /** The policies as {@code /info} shows them. */
  public static List<Map<String, Object>> shown() {
    return List.of(Map.of("name", DEFAULT, "aliases", DEFAULT, "default", true));
  }
}
