package io.virga.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import io.virga.dataplane.desired.S3CredentialSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** EC2 key pairs as credentials among others. */
final class CredentialTest {

  private static final String V3 = "/identity/v3/";
  private static final IdentityCloud CLOUD = new IdentityCloud();
  private static final TestApi API = CLOUD.api();

  @AfterAll
  static void close() {
    CLOUD.close();
  }

  private static String blob(String access, String secret) {
    return "{\"access\": \"%s\", \"secret\": \"%s\"}".formatted(access, secret);
  }

  private static List<String> told() {
    return API.told("*", S3CredentialSpec.class).stream().map(S3CredentialSpec::id).toList();
  }

  private static String said(TestApi.Answer answer) {
    return answer.status() + " " + answer.at("/error/message");
  }

  @Test
  void anAdministratorMakesAKeyPairBeforeThereIsARoleForIt() {
    String admin = CLOUD.token("admin");
    String project = CLOUD.make("projects", "project", Map.of("name", "early"));
    String user = CLOUD.make("users", "user", Map.of("name", "early", "password", "pw"));
    Map<String, Object> pair =
        Map.of("type", "ec2", "user_id", user, "project_id", project, "blob", blob("AKEARLY", "S"));
    String id = CLOUD.make("credentials", "credential", pair);
    assertThat(told()).doesNotContain("AKEARLY");
    CLOUD.grant("projects/" + project, user, "member");
    assertThat(told()).contains("AKEARLY");
    assertThat(said(API.post(V3 + "credentials", admin, Map.of("credential", pair))))
        .isEqualTo("409 The access key AKEARLY is taken.");
    Map<String, Object> lost = Map.of("type", "ec2", "project_id", "none", "blob", blob("X", "S"));
    assertThat(said(API.post(V3 + "credentials", admin, Map.of("credential", lost))))
        .isEqualTo("400 credential: there is no such user or project");
    String own = CLOUD.token(user, "pw", Map.of("project", Map.of("id", project)));
    String elsewhere = CLOUD.make("projects", "project", Map.of("name", "elsewhere"));
    Object away = Map.of("credential", Map.of("project_id", elsewhere));
    assertThat(said(API.patch(V3 + "credentials/" + id, own, away)))
        .isEqualTo("403 User %s has no role on project %s.".formatted(user, elsewhere));
    assertThat(API.patch(V3 + "credentials/" + id, admin, away).status()).isEqualTo(200);
    assertThat(told()).doesNotContain("AKEARLY");
  }

  @Test
  void aKeyPairThatIsChangedKeepsItsIdAndTheOldKeyOpensNothing() {
    String demo = CLOUD.token("demo");
    String project = CLOUD.shown(demo).at("/token/project/id");
    Object made =
        Map.of(
            "credential",
            Map.of("type", "ec2", "project_id", project, "blob", blob("AKOLD", "SOLD")));
    String id = API.post(V3 + "credentials", demo, made).at("/credential/id");
    assertThat(told()).contains("AKOLD");
    String path = V3 + "credentials/" + id;
    Object keys = Map.of("credential", Map.of("blob", blob("AKNEW", "SNEW"), "type", "ec2"));
    TestApi.Answer changed = API.patch(path, demo, keys);
    assertThat(changed.at("/credential/id")).as(changed.text()).isEqualTo(id);
    assertThat(API.get(path, demo).at("/credential/blob")).contains("AKNEW", "SNEW");
    assertThat(told()).contains("AKNEW").doesNotContain("AKOLD");
    Object other = Map.of("credential", Map.of("type", "totp"));
    assertThat(said(API.patch(path, demo, other)))
        .isEqualTo("400 credential.type: a key pair stays one");
    Object given =
        Map.of(
            "credential",
            Map.of("user_id", CLOUD.shown(CLOUD.token("admin")).at("/token/user/id")));
    assertThat(API.patch(path, demo, given).status()).isEqualTo(403);
    assertThat(API.delete(path, demo).status()).isEqualTo(204);
    assertThat(told()).doesNotContain("AKNEW");
  }

  @Test
  void anAdministratorSeesAllAndATenantItsOwn() {
    String demo = CLOUD.token("demo");
    String me = CLOUD.shown(demo).at("/token/user/id");
    Object note = Map.of("credential", Map.of("type", "note", "blob", "remember"));
    API.post(V3 + "credentials", demo, note);
    assertThat(users(V3 + "credentials", demo)).containsOnly(me);
    assertThat(users(V3 + "credentials?type=ec2", demo)).containsOnly(me);
    assertThat(users(V3 + "credentials", CLOUD.token("admin"))).contains(me).hasSizeGreaterThan(2);
    assertThat(users(V3 + "credentials?type=note&user_id=" + me, CLOUD.token("admin")))
        .containsExactly(me);
    TestApi.Answer page = API.get(V3 + "credentials?limit=1", CLOUD.token("admin"));
    assertThat(page.json().at("/credentials").size()).isEqualTo(1);
    assertThat(page.at("/links/next")).contains("marker=");
    String admin = CLOUD.shown(CLOUD.token("admin")).at("/token/user/id");
    assertThat(API.get(V3 + "credentials?user_id=" + admin, demo).status()).isEqualTo(403);
  }

  private static List<String> users(String path, String token) {
    return API.get(path, token).json().at("/credentials").findValuesAsString("user_id");
  }
}
