package io.virga.control.identity;

import static io.virga.control.identity.IdentityCloud.TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class ApplicationCredentialTest {

  private static final String V3 = "/identity/v3/";
  private static final IdentityCloud CLOUD = new IdentityCloud();
  private static final TestApi API = CLOUD.api();

  @AfterAll
  static void close() {
    CLOUD.close();
  }

  private static String own() {
    return V3 + "users/" + CLOUD.shown(CLOUD.token("demo")).at("/token/user/id");
  }

  private static TestApi.Answer make(Map<String, Object> credential) {
    return API.post(
        own() + "/application_credentials",
        CLOUD.token("demo"),
        Map.of("application_credential", credential));
  }

  private static TestApi.Answer login(TestApi.Answer made) {
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    Object shown =
        Map.of(
            "id", made.at("/application_credential/id"),
            "secret", made.at("/application_credential/secret"));
    return API.post(
        TOKENS,
        "",
        Map.of(
            "auth",
            Map.of(
                "identity",
                Map.of(
                    "methods",
                    List.of("application_credential"),
                    "application_credential",
                    shown))));
  }

  private static Map<String, Object> rule(String service, String method, String path) {
    return Map.of("service", service, "method", method, "path", path);
  }

  @Test
  void itsAccessRulesLetNothingElseThrough() {
    TestApi.Answer in =
        login(
            make(
                Map.of(
                    "name",
                    "narrow",
                    "access_rules",
                    List.of(
                        rule("identity", "GET", "/v3/projects/*"),
                        rule("compute", "GET", "/v2.1/**")))));
    assertThat(in.status()).isEqualTo(201);
    assertThat(in.json().at("/token/application_credential/access_rules").size()).isEqualTo(2);
    assertThat(in.at("/token/application_credential/name")).isEqualTo("narrow");
    String token = in.header("X-Subject-Token");
    String project = V3 + "projects/" + in.at("/token/project/id");
    assertThat(API.get(project, token).status()).isEqualTo(200);
    assertThat(API.call("HEAD", project, token, null).status()).isEqualTo(401);
    assertThat(API.get(project + "/tags", token).status()).isEqualTo(401);
    TestApi.Answer refused = API.get(V3 + "auth/projects", token);
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.at("/error/message"))
        .endsWith("The token's access rules do not permit GET /v3/auth/projects.");
  }

  @Test
  void sharesItsRulesWhichStayAsLongAsTheyAreUsed() {
    TestApi.Answer one =
        make(Map.of("name", "one", "access_rules", List.of(rule("image", "GET", "/v2/images"))));
    String id = one.at("/application_credential/access_rules/0/id");
    TestApi.Answer two = make(Map.of("name", "two", "access_rules", List.of(Map.of("id", id))));
    assertThat(two.at("/application_credential/access_rules/0/path")).isEqualTo("/v2/images");
    TestApi.Answer same =
        make(Map.of("name", "same", "access_rules", List.of(rule("image", "GET", "/v2/images"))));
    assertThat(same.at("/application_credential/access_rules/0/id")).isEqualTo(id);
    String demo = CLOUD.token("demo");
    String path = own() + "/access_rules/" + id;
    assertThat(API.get(own() + "/access_rules?service=image", demo).at("/access_rules/0/id"))
        .isEqualTo(id);
    assertThat(API.get(path, demo).at("/access_rule/method")).isEqualTo("GET");
    assertThat(API.delete(path, demo).at("/error/message"))
        .isEqualTo("May not delete access rule in use");
    for (TestApi.Answer made : List.of(one, two, same)) {
      String credential =
          own() + "/application_credentials/" + made.at("/application_credential/id");
      assertThat(API.delete(credential, demo).status()).isEqualTo(204);
    }
    assertThat(API.delete(path, demo).status()).isEqualTo(204);
    assertThat(API.get(path, demo).status()).isEqualTo(404);
  }

  @Test
  void refusesRulesThatSayNothing() {
    for (Map<String, Object> rule :
        List.<Map<String, Object>>of(
            rule("image", "LOOK", "/v2/images"),
            rule("image", "GET", "v2/images"),
            Map.of("service", "image", "path", "/v2/images"),
            Map.of("service", "image", "method", "GET"))) {
      assertThat(make(Map.of("name", "bad", "access_rules", List.of(rule))).status())
          .as(rule.toString())
          .isEqualTo(400);
    }
    assertThat(make(Map.of("name", "bad", "access_rules", List.of(Map.of("id", "x")))).status())
        .isEqualTo(404);
  }

  @Test
  void rulesAreTheirOwnersAlone() {
    String path = own() + "/access_rules";
    String stranger = CLOUD.make("users", "user", Map.of("name", "rules", "password", "pw"));
    String token = CLOUD.token(stranger, "pw", "unscoped");
    assertThat(API.get(path, token).status()).isEqualTo(403);
    assertThat(API.delete(path + "/x", token).status()).isEqualTo(403);
    assertThat(API.get(path, CLOUD.token("admin")).status()).isEqualTo(200);
  }

  @Test
  void onlyAnUnrestrictedOneMakesOthersAndNoneMakesMoreOfItself() {
    String credentials = own() + "/application_credentials";
    Object another = Map.of("application_credential", Map.of("name", "another"));
    String restricted = login(make(Map.of("name", "restricted"))).header("X-Subject-Token");
    assertThat(API.post(credentials, restricted, another).at("/error/message"))
        .contains(
            "Using method 'application_credential' is not allowed for managing additional"
                + " application credentials.");
    Object keys = Map.of("tenant_id", CLOUD.shown(restricted).at("/token/project/id"));
    assertThat(API.post(own() + "/credentials/OS-EC2", restricted, keys).status()).isEqualTo(403);
    String unrestricted =
        login(
                make(
                    Map.of(
                        "name",
                        "unrestricted",
                        "unrestricted",
                        true,
                        "roles",
                        List.of(Map.of("name", "reader")))))
            .header("X-Subject-Token");
    TestApi.Answer made = API.post(credentials, unrestricted, another);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.json().at("/application_credential/roles").findValuesAsString("name"))
        .containsExactly("reader");
  }

  @Test
  void namesRolesThatTheUserWasGivenSinceItLoggedIn() {
    String old = CLOUD.token("demo");
    TestApi.Answer me = CLOUD.shown(old);
    String late = CLOUD.make("roles", "role", Map.of("name", "late"));
    String path = own() + "/application_credentials";
    Object asked = Map.of("name", "by-late", "roles", List.of(Map.of("id", late)));
    TestApi.Answer early = API.post(path, old, Map.of("application_credential", asked));
    assertThat(early.status()).isEqualTo(400);
    assertThat(early.at("/error/message"))
        .isEqualTo(
            "Invalid application credential: Could not find role assignment with role: %s, user or"
                    .formatted(late)
                + " group: %s, project, domain, or system: %s."
                    .formatted(me.at("/token/user/id"), me.at("/token/project/id")));
    CLOUD.grant("projects/" + me.at("/token/project/id"), me.at("/token/user/id"), "late");
    TestApi.Answer in = login(API.post(path, old, Map.of("application_credential", asked)));
    assertThat(in.json().at("/token/roles").findValuesAsString("name")).containsExactly("late");
    Object all = Map.of("application_credential", Map.of("name", "of-the-token"));
    assertThat(
            API.post(path, old, all)
                .json()
                .at("/application_credential/roles")
                .findValuesAsString("name"))
        .containsExactlyInAnyOrder("member", "reader");
  }

  @Test
  void oneThatCameOfAnotherHasNoMoreThanThat() {
    Object narrow =
        Map.of("name", "root", "unrestricted", true, "roles", List.of(Map.of("name", "reader")));
    String path = own() + "/application_credentials";
    TestApi.Answer made =
        API.post(path, CLOUD.token("demo"), Map.of("application_credential", narrow));
    String token = login(made).header("X-Subject-Token");
    Object wider = Map.of("name", "branch", "roles", List.of(Map.of("name", "member")));
    assertThat(API.post(path, token, Map.of("application_credential", wider)).status())
        .isEqualTo(400);
    Object same = Map.of("name", "twig", "roles", List.of(Map.of("name", "reader")));
    assertThat(API.post(path, token, Map.of("application_credential", same)).status())
        .isEqualTo(201);
  }
}
