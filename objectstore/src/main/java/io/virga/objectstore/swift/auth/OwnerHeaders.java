package io.virga.objectstore.swift.auth;

import io.virga.objectstore.http.Reply;
import java.util.List;
import java.util.Map;

/** Headers that only an owner gets to see: keys, and who may do what. */
public final class OwnerHeaders {

  private static final List<String> NAMES =
      List.of(
          ContainerAcl.READ,
          ContainerAcl.WRITE,
          AccountAcl.HEADER,
          "x-account-meta-temp-url-key",
          "x-account-meta-temp-url-key-2",
          "x-container-meta-temp-url-key",
          "x-container-meta-temp-url-key-2");

  private OwnerHeaders() {}

  /** Takes them out of a reply to somebody else. */
  public static Reply hide(Reply reply, Grant grant) {
    if (!grant.owner()) {
      NAMES.forEach(reply.headers()::remove);
    }
    return reply;
  }

  /** Keeps them as they were in metadata that somebody else changes. */
  public static void keep(Map<String, String> before, Map<String, String> after) {
    for (String name : NAMES) {
      String value = before.get(name);
      if (value == null) {
        after.remove(name);
      } else {
        after.put(name, value);
      }
    }
  }
}
