package io.virga.control.audit;

import io.virga.control.policy.Caller;
import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.Delegation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One event a line, by the logger {@code io.virga.control.audit}, with what is to be searched for
 * as key-value pairs beside the message. No secret is ever among them: no body, no query, no token,
 * and of credentials their ids alone. Thread-safe.
 */
public final class AuditLog {

  /** The logger's name. */
  public static final String LOGGER = "io.virga.control.audit";

  private static final Logger log = LoggerFactory.getLogger(LOGGER);

  private AuditLog() {}

  /**
   * Where a request came from.
   *
   * @param requestId what its reply calls it
   * @param address the client's, as the listener sees it; empty if it does not
   */
  public record Origin(String requestId, String address) {}

  /**
   * A request that may have changed something.
   *
   * @param path without its query
   */
  public record Change(
      Origin origin, String method, String path, int status, Optional<Caller> caller) {}

  /** Somebody has asked for something else than to be shown it. */
  public static void changed(Change change) {
    Map<String, String> pairs = pairs("change", change.origin());
    pairs.put("method", change.method());
    pairs.put("path", change.path());
    pairs.put("status", Integer.toString(change.status()));
    change.caller().ifPresent(caller -> addBearer(pairs, caller.claims()));
    String who = change.caller().map(Caller::userId).orElse("-");
    write(pairs, "%s %s %d by %s".formatted(change.method(), change.path(), change.status(), who));
  }

  /** Somebody has been let in. */
  public static void loggedIn(Origin origin, Claims claims) {
    Map<String, String> pairs = pairs("authenticate", origin);
    pairs.put("outcome", "success");
    pairs.put("methods", String.join(",", claims.methods()));
    addBearer(pairs, claims);
    write(pairs, claims.user().id() + " logged in");
  }

  /**
   * Somebody has not been let in.
   *
   * @param claimed who it said that it was, if it did
   * @param reason what it was told
   */
  public static void refused(
      Origin origin, Optional<String> claimed, List<String> methods, String reason) {
    Map<String, String> pairs = pairs("authenticate", origin);
    pairs.put("outcome", "failure");
    pairs.put("methods", String.join(",", methods));
    pairs.put("reason", reason);
    claimed.ifPresent(name -> pairs.put("claimed", name));
    write(pairs, claimed.orElse("-") + " was not let in: " + reason);
  }

  private static Map<String, String> pairs(String event, Origin origin) {
    Map<String, String> pairs = new LinkedHashMap<>();
    pairs.put("event", event);
    pairs.put("request", origin.requestId());
    pairs.put("address", origin.address());
    return pairs;
  }

  private static void addBearer(Map<String, String> pairs, Claims claims) {
    pairs.put("user", claims.user().id());
    pairs.put("token", claims.tokenId());
    pairs.put("roles", String.join(",", claims.roles()));
    claims
        .scope()
        .ifPresent(
            scope -> {
              pairs.put("scope", scope.type().name());
              pairs.put("target", scope.target().id());
            });
    claims.delegation().ifPresent(lent -> pairs.put(kind(lent), lent.id()));
  }

  private static String kind(Delegation delegation) {
    return switch (delegation) {
      case Delegation.ApplicationCredential _ -> "application_credential";
      case Delegation.Trust _ -> "trust";
    };
  }

  private static void write(Map<String, String> pairs, String message) {
    LoggingEventBuilder event = log.atInfo();
    for (Map.Entry<String, String> pair : pairs.entrySet()) {
      event = event.addKeyValue(pair.getKey(), pair.getValue());
    }
    event.log(message);
  }
}
