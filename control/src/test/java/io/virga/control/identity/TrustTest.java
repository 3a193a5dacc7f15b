package io.virga.control.identity;

import static io.virga.control.identity.IdentityCloud.TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class TrustTest {

  private static final String V3 = "/identity/v3/";
  private static final String TRUSTS = V3 + "OS-TRUST/trusts";
  private static final IdentityCloud CLOUD = new IdentityCloud();
  private static final TestApi API = CLOUD.api();

  @AfterAll
  static void close() {
    CLOUD.close();
  }

  /** Somebody with the role member on a project of the same name. */
  private record Somebody(String id, String project, String name) {

    static Somebody make(String name) {
      String project = CLOUD.make("projects", "project", Map.of("name", name));
      String id = CLOUD.make("users", "user", Map.of("name", name, "password", name + "-pw"));
      CLOUD.grant("projects/" + project, id, "member");
      return new Somebody(id, project, name);
    }

    String token() {
      return CLOUD.token(name);
    }

    TestApi.Answer use(String trust) {
      return API.post(
          TOKENS,
          "",
          IdentityCloud.password(
              Map.of("id", id), name + "-pw", Map.of("OS-TRUST:trust", Map.of("id", trust))));
    }

    String grant() {
      return V3 + "projects/%s/users/%s/roles/%s".formatted(project, id, CLOUD.roleId("member"));
    }
  }

  private static Map<String, Object> trust(Somebody from, Somebody to, boolean impersonation) {
    Map<String, Object> trust = new HashMap<>();
    trust.put("trustor_user_id", from.id());
    trust.put("trustee_user_id", to.id());
    trust.put("impersonation", impersonation);
    trust.put("project_id", from.project());
    trust.put("roles", List.of(Map.of("name", "member")));
    return trust;
  }

  private static TestApi.Answer create(String token, Map<String, Object> trust) {
    return API.post(TRUSTS, token, Map.of("trust", trust));
  }

  private static String created(String token, Map<String, Object> trust) {
    TestApi.Answer made = create(token, trust);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.at("/trust/id");
  }

  private static String refused(TestApi.Answer answer) {
    return answer.status() + " " + answer.at("/error/message");
  }

  private static int projects(String token) {
    return API.get(V3 + "auth/projects", token).status();
  }

  @Test
  void lendsRolesInTheNameOfTheTrustorOrTheTrustee() {
    Somebody lender = Somebody.make("lender");
    Somebody borrower = Somebody.make("borrower");
    for (boolean impersonation : List.of(true, false)) {
      String id = created(lender.token(), trust(lender, borrower, impersonation));
      TestApi.Answer in = borrower.use(id);
      assertThat(in.status()).as(in.text()).isEqualTo(201);
      assertThat(in.at("/token/user/name")).isEqualTo(impersonation ? "lender" : "borrower");
      assertThat(in.at("/token/project/id")).isEqualTo(lender.project());
      assertThat(in.json().at("/token/roles").findValuesAsString("name"))
          .containsExactly("member", "reader");
      assertThat(in.at("/token/OS-TRUST:trust/trustee_user/id")).isEqualTo(borrower.id());
      assertThat(in.json().at("/token/OS-TRUST:trust/impersonation").booleanValue())
          .isEqualTo(impersonation);
    }
  }

  @Test
  void isForItsTrusteeAloneAndDiesWithItsDeletion() {
    Somebody lender = Somebody.make("deleting");
    Somebody borrower = Somebody.make("deleted");
    String id = created(lender.token(), trust(lender, borrower, false));
    assertThat(refused(lender.use(id))).isEqualTo("403 User is not a trustee.");
    String token = borrower.use(id).header("X-Subject-Token");
    assertThat(projects(token)).isEqualTo(200);
    assertThat(API.delete(TRUSTS + "/" + id, borrower.token()).status()).isEqualTo(403);
    assertThat(API.delete(TRUSTS + "/" + id, lender.token()).status()).isEqualTo(204);
    assertThat(projects(token)).isEqualTo(401);
    assertThat(borrower.use(id).status()).isEqualTo(401);
    assertThat(refused(API.get(TRUSTS + "/" + id, lender.token())))
        .isEqualTo("404 Could not find trust: " + id + ".");
  }

  @Test
  void givesNothingThatTheTrustorHasNotAnyMore() {
    Somebody lender = Somebody.make("losing");
    Somebody borrower = Somebody.make("losing-too");
    String id = created(lender.token(), trust(lender, borrower, false));
    String token = borrower.use(id).header("X-Subject-Token");
    assertThat(projects(token)).isEqualTo(200);
    API.delete(lender.grant(), CLOUD.token("admin"));
    assertThat(projects(token)).isEqualTo(401);
    assertThat(refused(borrower.use(id))).isEqualTo("403 Trustee has no delegated roles.");
    API.put(lender.grant(), CLOUD.token("admin"), "");
    String again = borrower.use(id).header("X-Subject-Token");
    Object off = Map.of("user", Map.of("enabled", false));
    API.patch(V3 + "users/" + lender.id(), CLOUD.token("admin"), off);
    assertThat(projects(again)).isEqualTo(401);
    assertThat(refused(borrower.use(id))).isEqualTo("403 Trustor is disabled.");
  }

  @Test
  void isGoodAsOftenAndAsLongAsItSays() {
    Somebody lender = Somebody.make("counting");
    Somebody borrower = Somebody.make("counted");
    Map<String, Object> twice = trust(lender, borrower, true);
    twice.put("remaining_uses", 2);
    twice.put("expires_at", Instant.now().plusSeconds(60).toString());
    String id = created(lender.token(), twice);
    TestApi.Answer first = borrower.use(id);
    assertThat(first.status()).isEqualTo(201);
    assertThat(Instant.parse(first.at("/token/expires_at")))
        .isBefore(Instant.now().plusSeconds(61));
    assertThat(
            API.get(TRUSTS + "/" + id, lender.token()).json().at("/trust/remaining_uses").asInt())
        .isEqualTo(1);
    assertThat(borrower.use(id).status()).isEqualTo(201);
    assertThat(borrower.use(id).status()).isEqualTo(401);
    assertThat(API.get(TRUSTS + "/" + id, lender.token()).status()).isEqualTo(404);
    Map<String, Object> late = trust(lender, borrower, true);
    late.put("expires_at", "2020-01-01T00:00:00.000000Z");
    assertThat(refused(create(lender.token(), late)))
        .startsWith("400 The 'expires_at' must not be before now.");
  }

  @Test
  void isShownToThoseWhomItConcerns() {
    Somebody lender = Somebody.make("showing");
    Somebody borrower = Somebody.make("shown");
    String id = created(lender.token(), trust(lender, borrower, true));
    for (String token : List.of(lender.token(), borrower.token(), CLOUD.token("admin"))) {
      TestApi.Answer shown = API.get(TRUSTS + "/" + id, token);
      assertThat(shown.at("/trust/roles/0/name")).isEqualTo("member");
      assertThat(shown.at("/trust/roles_links/self")).endsWith(id + "/roles");
    }
    String roles = TRUSTS + "/" + id + "/roles";
    assertThat(API.get(roles, lender.token()).json().at("/roles").size()).isEqualTo(1);
    assertThat(API.get(roles + "/" + CLOUD.roleId("member"), lender.token()).at("/role/name"))
        .isEqualTo("member");
    assertThat(API.call("HEAD", roles + "/" + CLOUD.roleId("admin"), lender.token(), null).status())
        .isEqualTo(404);
    String demo = CLOUD.token("demo");
    assertThat(API.get(TRUSTS + "/" + id, demo).status()).isEqualTo(404);
    assertThat(API.delete(TRUSTS + "/" + id, demo).status()).isEqualTo(404);
    assertThat(API.delete(TRUSTS + "/" + id, borrower.token()).status()).isEqualTo(403);
    for (String collection : List.of("/projects", "/groups")) {
      assertThat(API.get(V3 + "users/" + lender.id() + collection, demo).status()).isEqualTo(404);
    }
    assertThat(API.get(TRUSTS, demo).status()).isEqualTo(403);
    assertThat(API.get(TRUSTS + "?trustor_user_id=" + lender.id(), demo).status()).isEqualTo(403);
    assertThat(
            API.get(TRUSTS + "?trustee_user_id=" + borrower.id(), borrower.token())
                .at("/trusts/0/id"))
        .isEqualTo(id);
  }

  @Test
  void lendsNobodyMoreThanTheTrustorHas() {
    Somebody lender = Somebody.make("greedy");
    Somebody borrower = Somebody.make("greedy-too");
    Map<String, Object> more = trust(lender, borrower, true);
    more.put("roles", List.of(Map.of("name", "admin")));
    assertThat(refused(create(lender.token(), more)))
        .isEqualTo("404 Could not find role: " + CLOUD.roleId("admin") + ".");
    Map<String, Object> none = trust(lender, borrower, true);
    none.put("roles", List.of());
    assertThat(refused(create(lender.token(), none)))
        .endsWith("requested action: At least one role should be specified.");
    assertThat(refused(create(borrower.token(), trust(lender, borrower, true))))
        .isEqualTo("403 The authenticated user should match the trustor");
    Map<String, Object> nobody = trust(lender, borrower, true);
    nobody.put("trustee_user_id", "nobody");
    assertThat(refused(create(lender.token(), nobody)))
        .isEqualTo("404 Could not find user: nobody.");
  }

  @Test
  void aTokenThatCameOfATrustMakesNoCredentialsAndChangesNoScope() {
    Somebody lender = Somebody.make("stepping");
    Somebody borrower = Somebody.make("stepped");
    String id = created(lender.token(), trust(lender, borrower, true));
    String token = borrower.use(id).header("X-Subject-Token");
    String own = V3 + "users/" + lender.id();
    assertThat(
            API.post(own + "/credentials/OS-EC2", token, Map.of("tenant_id", lender.project()))
                .status())
        .isEqualTo(403);
    API.post(own + "/credentials/OS-EC2", lender.token(), Map.of("tenant_id", lender.project()));
    String access =
        API.get(own + "/credentials/OS-EC2", lender.token()).at("/credentials/0/access");
    String pair = API.get(V3 + "credentials?type=ec2", lender.token()).at("/credentials/0/id");
    for (String secret :
        List.of(
            own + "/credentials/OS-EC2",
            own + "/credentials/OS-EC2/" + access,
            V3 + "credentials",
            V3 + "credentials/" + pair)) {
      assertThat(API.get(secret, lender.token()).status()).as(secret).isEqualTo(200);
      assertThat(API.get(secret, token).status()).as(secret).isEqualTo(403);
    }
    Object credential = Map.of("application_credential", Map.of("name", "stay"));
    assertThat(API.post(own + "/application_credentials", token, credential).status())
        .isEqualTo(403);
    Object rescope =
        Map.of(
            "auth",
            Map.of(
                "identity",
                Map.of("methods", List.of("token"), "token", Map.of("id", token)),
                "scope",
                IdentityCloud.onProject("stepping")));
    assertThat(API.post(TOKENS, "", rescope).status()).isEqualTo(403);
    assertThat(refused(create(token, trust(lender, borrower, true))))
        .startsWith("403 Remaining redelegation depth of 0");
  }

  @Test
  void aTokenThatCameOfATrustSeesAndDeletesNoOther() {
    Somebody lender = Somebody.make("hiding");
    Somebody borrower = Somebody.make("hidden");
    String id = created(lender.token(), trust(lender, borrower, true));
    String other = created(lender.token(), trust(lender, borrower, false));
    String token = borrower.use(id).header("X-Subject-Token");
    assertThat(API.get(TRUSTS + "/" + id, token).status()).isEqualTo(200);
    assertThat(API.get(TRUSTS + "/" + other, token).status()).isEqualTo(404);
    assertThat(API.get(TRUSTS + "?trustor_user_id=" + lender.id(), token).status()).isEqualTo(403);
    for (String trust : List.of(id, other)) {
      assertThat(API.delete(TRUSTS + "/" + trust, token).status()).isEqualTo(403);
      assertThat(API.get(TRUSTS + "/" + trust, lender.token()).status()).isEqualTo(200);
    }
  }

  @Test
  void isGoodWhileAllWhoLentItOnAreEnabled() {
    for (boolean impersonation : List.of(true, false)) {
      Somebody first = Somebody.make("enabled-1-" + impersonation);
      Somebody second = Somebody.make("enabled-2-" + impersonation);
      Somebody third = Somebody.make("enabled-3-" + impersonation);
      Map<String, Object> lendable = trust(first, second, impersonation);
      lendable.put("allow_redelegation", true);
      lendable.put("redelegation_count", 1);
      String borrowed = second.use(created(first.token(), lendable)).header("X-Subject-Token");
      Map<String, Object> on = trust(impersonation ? first : second, third, impersonation);
      on.put("project_id", first.project());
      String lent = created(borrowed, on);
      assertThat(third.use(lent).status()).isEqualTo(201);
      for (Somebody lender : List.of(first, second)) {
        enable(lender, false);
        assertThat(refused(third.use(lent))).isEqualTo("403 Trustor is disabled.");
        enable(lender, true);
        assertThat(third.use(lent).status()).isEqualTo(201);
      }
    }
  }

  private static void enable(Somebody somebody, boolean enabled) {
    Object change = Map.of("user", Map.of("enabled", enabled));
    assertThat(API.patch(V3 + "users/" + somebody.id(), CLOUD.token("admin"), change).status())
        .isEqualTo(200);
  }

  @Test
  void isLentOnAsOftenAsItSaysAndFallsWithItsSource() {
    Somebody first = Somebody.make("chain-1");
    Somebody second = Somebody.make("chain-2");
    Somebody third = Somebody.make("chain-3");
    Map<String, Object> lendable = trust(first, second, true);
    lendable.put("allow_redelegation", true);
    lendable.put("redelegation_count", 1);
    String source = created(first.token(), lendable);
    String borrowed = second.use(source).header("X-Subject-Token");
    Map<String, Object> on = trust(first, third, true);
    on.put("allow_redelegation", true);
    TestApi.Answer lent = create(borrowed, on);
    assertThat(lent.status()).as(lent.text()).isEqualTo(201);
    assertThat(lent.at("/trust/redelegated_trust_id")).isEqualTo(source);
    assertThat(lent.json().at("/trust/redelegation_count").asInt()).isZero();
    String token = third.use(lent.at("/trust/id")).header("X-Subject-Token");
    assertThat(CLOUD.shown(token).at("/token/user/name")).isEqualTo("chain-1");
    assertThat(refused(create(token, trust(first, second, true))))
        .startsWith("403 Remaining redelegation depth of 0");
    assertThat(API.delete(TRUSTS + "/" + source, first.token()).status()).isEqualTo(204);
    assertThat(projects(token)).isEqualTo(401);
    assertThat(third.use(lent.at("/trust/id")).status()).isEqualTo(401);
  }

  @Test
  void redelegationTakesNoMoreThanWasGiven() {
    Somebody first = Somebody.make("bound-1");
    Somebody second = Somebody.make("bound-2");
    Map<String, Object> lendable = trust(first, second, true);
    lendable.put("allow_redelegation", true);
    lendable.put("expires_at", Instant.now().plusSeconds(600).toString());
    lendable.put("roles", List.of(Map.of("name", "reader")));
    String borrowed = second.use(created(first.token(), lendable)).header("X-Subject-Token");
    assertThat(refused(create(borrowed, trust(first, second, true))))
        .isEqualTo("403 Some of requested roles are not in redelegated trust");
    Map<String, Object> longer = trust(first, second, true);
    longer.put("roles", List.of(Map.of("name", "reader")));
    longer.put("expires_at", Instant.now().plusSeconds(6000).toString());
    assertThat(refused(create(borrowed, longer)))
        .isEqualTo("403 Requested expiration time is more than redelegated trust can provide");
    longer.remove("expires_at");
    longer.put("remaining_uses", 1);
    assertThat(refused(create(borrowed, longer))).startsWith("403 Field \"remaining_uses\" is set");
    longer.remove("remaining_uses");
    longer.put("allow_redelegation", true);
    longer.put("redelegation_count", 1);
    assertThat(refused(create(borrowed, longer)))
        .startsWith("403 Modifying \"redelegation_count\"");
    Map<String, Object> deep = trust(first, second, true);
    deep.put("allow_redelegation", true);
    deep.put("redelegation_count", 9);
    assertThat(refused(create(first.token(), deep)))
        .isEqualTo("403 Requested redelegation depth of 9 is greater than allowed 3");
  }
}
