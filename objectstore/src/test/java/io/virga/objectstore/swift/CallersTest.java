package io.virga.objectstore.swift;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.virga.dataplane.token.AccessRule;
import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.Delegation;
import io.virga.dataplane.token.Verification;
import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.swift.auth.Caller;
import io.virga.objectstore.swift.wire.SwiftPath;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class CallersTest {

  private static final Claims.Named SOME = new Claims.Named("some", "some");

  private static Claims claims(Claims.ScopeType scope, String role, Optional<Delegation> lent) {
    Instant now = Instant.EPOCH;
    return new Claims(
        "t",
        "k",
        SOME,
        SOME,
        Optional.of(new Claims.Scope(scope, SOME, SOME)),
        List.of(role),
        List.of("password"),
        lent,
        now,
        now.plusSeconds(60));
  }

  private static Caller caller(Claims claims, String method, String path) {
    return new Callers(token -> new Verification.Valid(claims), Optional.empty())
        .of(
            new Request(
                "id",
                method,
                path,
                "",
                Query.parse("").orElseThrow(),
                new DefaultHttpHeaders().add("X-Auth-Token", "any"),
                Flux.empty(),
                new Request.Origin(false, Optional.empty())),
            SwiftPath.parse(path));
  }

  @Test
  void aTokenIsNoneWhereItsAccessRulesEnd() {
    Claims claims =
        claims(
            Claims.ScopeType.PROJECT,
            "member",
            Optional.of(
                new Delegation.ApplicationCredential(
                    "ac",
                    false,
                    List.of(new AccessRule("object-store", "GET", "/v1/AUTH_some/public/**")))));
    assertThat(caller(claims, "GET", "/v1/AUTH_some/public/a/b")).isInstanceOf(Caller.User.class);
    for (String path :
        List.of("/v1/AUTH_some/private/a", "/v1/AUTH_some", "/v1/AUTH_some/publicity/a")) {
      assertThat(caller(claims, "GET", path)).as(path).isInstanceOf(Caller.Anonymous.class);
    }
    assertThat(caller(claims, "PUT", "/v1/AUTH_some/public/a"))
        .isInstanceOf(Caller.Anonymous.class);
  }

  @Test
  void anAdministratorOfADomainOpensNobodysAccount() {
    for (String role : List.of("admin", "reseller_admin")) {
      assertThat(isReseller(Claims.ScopeType.PROJECT, role)).as(role).isTrue();
      assertThat(isReseller(Claims.ScopeType.SYSTEM, role)).as(role).isTrue();
      assertThat(isReseller(Claims.ScopeType.DOMAIN, role)).as(role).isFalse();
    }
    assertThat(isReseller(Claims.ScopeType.PROJECT, "member")).isFalse();
  }

  private static boolean isReseller(Claims.ScopeType scope, String role) {
    return caller(claims(scope, role, Optional.empty()), "GET", "/v1/AUTH_other")
            instanceof Caller.User user
        && user.reseller();
  }
}
