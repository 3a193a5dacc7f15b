package io.virga.objectstore.swift.tempauth;

import io.virga.dataplane.configuration.SecretFile;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.swift.auth.Caller;
import io.virga.objectstore.swift.wire.StandardReplies;
import io.virga.objectstore.swift.wire.SwiftError;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Logs the users of a file in, and knows their tokens. */
public final class TempAuth {

  private static final Duration LIFE = Duration.ofHours(24);
  private static final String PATH = "/auth/v1.0";

  private final UserFile users;
  private final Tokens tokens;
  private final InstantSource clock;

  private TempAuth(UserFile users, InstantSource clock) {
    this.users = users;
    this.tokens = new Tokens(users.secret(), clock);
    this.clock = clock;
  }

  /** Reads the users. Blocks. */
  public static TempAuth open(SecretFile file, InstantSource clock) throws IOException {
    return new TempAuth(UserFile.read(file), clock);
  }

  /** Whether a request wants to log in. */
  public static boolean isLogin(Request request) {
    return request.rawPath().equals(PATH);
  }

  /** Answers somebody who wants to log in. */
  public Reply logIn(Request request) {
    if (!request.method().equals("GET")) {
      throw SwiftError.notAllowed();
    }
    String id = request.header("x-auth-user").or(() -> request.header("x-storage-user")).orElse("");
    String key = request.header("x-auth-key").or(() -> request.header("x-storage-pass")).orElse("");
    UserFile.User user = users.logIn(id, key).orElseThrow(() -> new SwiftError(401));
    String token = tokens.issue(user.id(), clock.instant().plus(LIFE));
    return StandardReplies.empty(200)
        .header("X-Storage-Url", address(request) + "/v1/" + account(user))
        .header("X-Auth-Token", token)
        .header("X-Storage-Token", token)
        .header("X-Auth-Token-Expires", Long.toString(LIFE.toSeconds()));
  }

  private static String address(Request request) {
    if (request.header("host").filter(host -> host.matches("[A-Za-z0-9.:\\[\\]_-]+")).isEmpty()) {
      throw SwiftError.badRequest("The request names no host.");
    }
    return request.base();
  }

  private static String account(UserFile.User user) {
    return Caller.ACCOUNT_PREFIX + user.account();
  }

  /** The bearer of one of these tokens. */
  public Optional<Caller> caller(String token) {
    return tokens.user(token).flatMap(users::find).map(TempAuth::caller);
  }

  private static Caller caller(UserFile.User user) {
    return new Caller.User(
        account(user),
        user.groups().contains(".admin") ? Caller.Power.OWN : Caller.Power.NONE,
        user.groups().contains(".reseller_admin"),
        Set.of(),
        Set.of(),
        Set.of(),
        user.groups(),
        List.of());
  }
}
