package io.virga.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import io.virga.dataplane.desired.S3CredentialSpec;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.watch.WatchEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class IdentityServiceTest {

  private static final IdentityCloud CLOUD = new IdentityCloud();
  private static final TestApi API = CLOUD.api();
  private static final String TOKENS = IdentityCloud.TOKENS;

  @AfterAll
  static void close() {
    CLOUD.close();
  }

  private static Object onProject(String name) {
    return IdentityCloud.onProject(name);
  }

  private static TestApi.Answer login(String user, String password, Object scope) {
    return CLOUD.login(user, password, scope);
  }

  private static String token(String user) {
    return CLOUD.token(user);
  }

  private static String make(String collection, String thing, Map<String, Object> body) {
    return CLOUD.make(collection, thing, body);
  }

  private static String roleId(String name) {
    return CLOUD.roleId(name);
  }

  @Test
  void listsItsVersions() {
    TestApi.Answer versions = API.get("/identity", "");
    assertThat(versions.status()).isEqualTo(300);
    assertThat(versions.at("/versions/values/0/id")).isEqualTo("v3.14");
    assertThat(API.get("/identity/v3/", "").at("/version/status")).isEqualTo("stable");
  }

  @Test
  void givesATokenWithRolesAndTheCatalogOfItsProject() {
    TestApi.Answer answer = login("admin", "admin-pw", onProject("admin"));
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.json().at("/token/roles").findValuesAsString("name"))
        .containsExactly("admin", "member", "reader");
    String project = answer.at("/token/project/id");
    assertThat(answer.text())
        .contains("http://objects.test:8710/v1/AUTH_" + project)
        .contains("http://virga.test/volume/v3/" + project)
        .contains("http://virga.test/compute/v2.1");
    TestApi.Answer shown =
        API.send(
            API.request(TOKENS)
                .header("X-Auth-Token", answer.header("X-Subject-Token"))
                .header("X-Subject-Token", answer.header("X-Subject-Token")));
    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.at("/token/user/name")).isEqualTo("admin");
  }

  @Test
  void refusesEveryWrongLoginWithTheSameWords() {
    List<TestApi.Answer> refused =
        List.of(
            login("demo", "wrong", onProject("demo")),
            login("nobody", "demo-pw", onProject("demo")),
            login("demo", "demo-pw", onProject("admin")),
            login("demo", "demo-pw", onProject("nothing")),
            login("demo", "demo-pw", Map.of("system", Map.of("all", true))));
    for (TestApi.Answer answer : refused) {
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.at("/error/message"))
          .isEqualTo("The request you have made requires authentication.");
    }
  }

  @Test
  void takesSeveralMethodsThatShowTheSameUser() {
    TestApi.Answer both = API.post(TOKENS, "", passwordAndToken("demo", token("demo")));
    assertThat(both.status()).as(both.text()).isEqualTo(201);
    assertThat(both.at("/token/methods/0") + " " + both.at("/token/methods/1"))
        .isEqualTo("password token");
    assertThat(API.post(TOKENS, "", passwordAndToken("demo", token("admin"))).status())
        .isEqualTo(401);
    assertThat(API.post(TOKENS, "", passwordAndToken("demo", "none")).status()).isEqualTo(401);
    assertThat(API.post(TOKENS, "", "{\"auth\":{\"identity\":{\"methods\":[]}}}").status())
        .isEqualTo(400);
  }

  private static Object passwordAndToken(String user, String token) {
    Map<String, Object> identity =
        Map.of(
            "methods",
            List.of("password", "token"),
            "password",
            Map.of(
                "user",
                Map.of("name", user, "domain", Map.of("id", "default"), "password", user + "-pw")),
            "token",
            Map.of("id", token));
    return Map.of("auth", Map.of("identity", identity, "scope", onProject(user)));
  }

  @Test
  void refusesALoginThatIsNotFormedWell() {
    assertThat(API.post(TOKENS, "", "{").status()).isEqualTo(400);
    assertThat(API.post(TOKENS, "", Map.of("auth", 1)).at("/error/message"))
        .isEqualTo("auth: 1 is not an object");
    assertThat(API.post(TOKENS, "", "{\"auth\":{\"identity\":{\"methods\":[\"magic\"]}}}").status())
        .isEqualTo(400);
    String magic = "{\"auth\":{\"identity\":{\"methods\":[\"magic\"],\"magic\":{}}}}";
    assertThat(API.post(TOKENS, "", magic).status()).isEqualTo(401);
    assertThat(login("demo", "demo-pw", Map.of("project", Map.of())).status()).isEqualTo(400);
  }

  @Test
  void scopesToTheSystemTheDomainAndNothing() {
    assertThat(login("admin", "admin-pw", Map.of("system", Map.of("all", true))).status())
        .isEqualTo(201);
    assertThat(
            login("admin", "admin-pw", Map.of("domain", Map.of("name", "Default")))
                .at("/token/domain/id"))
        .isEqualTo("default");
    TestApi.Answer unscoped = login("demo", "demo-pw", "unscoped");
    assertThat(unscoped.status()).isEqualTo(201);
    assertThat(unscoped.json().at("/token/roles").isMissingNode()).isTrue();
    String token = unscoped.header("X-Subject-Token");
    assertThat(API.get("/identity/v3/auth/projects", token).at("/projects/0/name"))
        .isEqualTo("demo");
    Object rescope =
        Map.of(
            "auth",
            Map.of(
                "identity",
                Map.of("methods", List.of("token"), "token", Map.of("id", token)),
                "scope",
                onProject("demo")));
    TestApi.Answer rescoped = API.post(TOKENS, "", rescope);
    assertThat(rescoped.status()).isEqualTo(201);
    assertThat(rescoped.at("/token/expires_at")).isEqualTo(unscoped.at("/token/expires_at"));
  }

  @Test
  void voidsATokenThatWasGivenUp() {
    String token = token("demo");
    assertThat(API.get("/identity/v3/auth/projects", token).status()).isEqualTo(200);
    TestApi.Answer gone =
        API.send(
            API.request(TOKENS)
                .DELETE()
                .header("X-Auth-Token", token)
                .header("X-Subject-Token", token));
    assertThat(gone.status()).isEqualTo(204);
    assertThat(API.get("/identity/v3/auth/projects", token).status()).isEqualTo(401);
    assertThat(API.get("/identity/v3/auth/projects", token("demo")).status()).isEqualTo(200);
  }

  @Test
  void keepsTenantsOutOfWhatIsNotTheirs() {
    String demo = token("demo");
    String admin = token("admin");
    assertThat(API.get("/identity/v3/users", demo).status()).isEqualTo(403);
    assertThat(API.post("/identity/v3/projects", demo, Map.of()).status()).isEqualTo(403);
    String adminProject = API.get("/identity/v3/projects?name=admin", admin).at("/projects/0/id");
    String adminUser = API.get("/identity/v3/users?name=admin", admin).at("/users/0/id");
    assertThat(API.get("/identity/v3/projects/" + adminProject, demo).status()).isEqualTo(404);
    assertThat(API.get("/identity/v3/users/" + adminUser, demo).status()).isEqualTo(404);
    assertThat(API.get("/identity/v3/users/" + adminUser + "/credentials/OS-EC2", demo).status())
        .isEqualTo(403);
    assertThat(API.get("/identity/v3/projects/demo", admin).status()).isEqualTo(404);
  }

  @Test
  void shutsOutADisabledUserAtOnceAndOneWhoseRoleWasTaken() {
    String project = make("projects", "project", Map.of("name", "shut"));
    String user = make("users", "user", Map.of("name", "shut", "password", "shut-pw"));
    String grant =
        "/identity/v3/projects/" + project + "/users/" + user + "/roles/" + roleId("member");
    assertThat(API.put(grant, token("admin"), "").status()).isEqualTo(204);
    assertThat(API.call("HEAD", grant, token("admin"), null).status()).isEqualTo(204);
    String first = token("shut");
    assertThat(API.get("/identity/v3/auth/projects", first).status()).isEqualTo(200);
    assertThat(API.delete(grant, token("admin")).status()).isEqualTo(204);
    assertThat(API.get("/identity/v3/auth/projects", first).status()).isEqualTo(401);
    assertThat(API.delete(grant, token("admin")).status()).isEqualTo(404);
    assertThat(API.put(grant, token("admin"), "").status()).isEqualTo(204);
    String second = token("shut");
    String path = "/identity/v3/users/" + user;
    API.patch(path, token("admin"), Map.of("user", Map.of("enabled", false)));
    assertThat(API.get("/identity/v3/auth/projects", second).status()).isEqualTo(401);
    assertThat(login("shut", "shut-pw", onProject("shut")).status()).isEqualTo(401);
    assertThat(API.delete(path, token("admin")).status()).isEqualTo(204);
    assertThat(API.get(path, token("admin")).status()).isEqualTo(404);
  }

  @Test
  void changesAPasswordForWhoKnowsTheOldOne() {
    String user = make("users", "user", Map.of("name", "changing", "password", "old"));
    String path = "/identity/v3/users/" + user + "/password";
    Map<String, Object> change = Map.of("original_password", "wrong", "password", "new");
    assertThat(API.post(path, "", Map.of("user", change)).status()).isEqualTo(401);
    Map<String, Object> good = Map.of("original_password", "old", "password", "new");
    assertThat(API.post(path, "", Map.of("user", good)).status()).isEqualTo(204);
    assertThat(login("changing", "old", "unscoped").status()).isEqualTo(401);
    assertThat(login("changing", "new", "unscoped").status()).isEqualTo(201);
  }

  @Test
  void refusesANameThatIsTaken() {
    TestApi.Answer taken =
        API.post(
            "/identity/v3/projects", token("admin"), Map.of("project", Map.of("name", "demo")));
    assertThat(taken.status()).isEqualTo(409);
    assertThat(taken.at("/error/message"))
        .contains("two projects with either the same name or same id in the same domain");
    assertThat(
            API.post(
                    "/identity/v3/users",
                    token("admin"),
                    Map.of("user", Map.of("name", "x".repeat(256))))
                .status())
        .isEqualTo(400);
  }

  @Test
  void tellsObjectStoresOfKeyPairsWhileTheyAreGood() {
    assertThat(keyPair("AKDEMO").claims().roles()).containsExactly("member", "reader");
    String demo = token("demo");
    TestApi.Answer me =
        API.send(API.request(TOKENS).header("X-Auth-Token", demo).header("X-Subject-Token", demo));
    String user = me.at("/token/user/id");
    String base = "/identity/v3/users/" + user + "/credentials/OS-EC2";
    TestApi.Answer made = API.post(base, demo, Map.of("tenant_id", me.at("/token/project/id")));
    assertThat(made.status()).isEqualTo(201);
    String access = made.at("/credential/access");
    assertThat(keyPair(access).secret()).isEqualTo(made.at("/credential/secret"));
    assertThat(keyPair(access).claims().projectId()).contains(me.at("/token/project/id"));
    assertThat(API.delete(base + "/" + access, demo).status()).isEqualTo(204);
    assertThat(keyPairs()).doesNotContainKey(access);
    String adminProject =
        API.get("/identity/v3/projects?name=admin", token("admin")).at("/projects/0/id");
    assertThat(API.post(base, demo, Map.of("tenant_id", adminProject)).status()).isEqualTo(403);
  }

  private static S3CredentialSpec keyPair(String access) {
    return Optional.ofNullable(keyPairs().get(access)).orElseThrow();
  }

  private static Map<String, S3CredentialSpec> keyPairs() {
    return API.hub()
        .watch(new PeerIdentity("objectstore", "any"), Optional.empty(), -1)
        .takeUntil(event -> event instanceof WatchEvent.Synced)
        .ofType(WatchEvent.Put.class)
        .filter(put -> put.kind().equals("s3-credential"))
        .map(put -> Json.read(put.spec(), S3CredentialSpec.class))
        .collectMap(S3CredentialSpec::id)
        .blockOptional(IdentityCloud.SOON)
        .orElseThrow();
  }

  @Test
  void letsAProgramInByAnApplicationCredentialWithFewerRoles() {
    String admin = token("admin");
    TestApi.Answer me =
        API.send(
            API.request(TOKENS).header("X-Auth-Token", admin).header("X-Subject-Token", admin));
    String base = "/identity/v3/users/" + me.at("/token/user/id") + "/application_credentials";
    Map<String, Object> asked =
        Map.of("name", "program", "roles", List.of(Map.of("name", "reader")));
    TestApi.Answer made = API.post(base, admin, Map.of("application_credential", asked));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    String id = made.at("/application_credential/id");
    Object login =
        Map.of(
            "auth",
            Map.of(
                "identity",
                Map.of(
                    "methods",
                    List.of("application_credential"),
                    "application_credential",
                    Map.of("id", id, "secret", made.at("/application_credential/secret")))));
    TestApi.Answer in = API.post(TOKENS, "", login);
    assertThat(in.json().at("/token/roles").findValuesAsString("name")).containsExactly("reader");
    String program = in.header("X-Subject-Token");
    assertThat(API.post(base, program, Map.of()).status()).isEqualTo(403);
    assertThat(API.delete(base + "/" + id, admin).status()).isEqualTo(204);
    assertThat(API.get("/identity/v3/auth/projects", program).status()).isEqualTo(401);
    assertThat(API.post(TOKENS, "", login).status()).isEqualTo(401);
  }

  @Test
  void givesRolesThroughGroupsAndShowsThemAsEffective() {
    String user = make("users", "user", Map.of("name", "grouped", "password", "grouped-pw"));
    String project = make("projects", "project", Map.of("name", "grouped"));
    String group = make("groups", "group", Map.of("name", "grouped"));
    String admin = token("admin");
    String grant =
        "/identity/v3/projects/" + project + "/groups/" + group + "/roles/" + roleId("member");
    assertThat(API.put(grant, admin, "").status()).isEqualTo(204);
    String membership = "/identity/v3/groups/" + group + "/users/" + user;
    assertThat(API.put(membership, admin, "").status()).isEqualTo(204);
    String in = token("grouped");
    assertThat(API.get("/identity/v3/auth/projects", in).at("/projects/0/id")).isEqualTo(project);
    TestApi.Answer effective =
        API.get("/identity/v3/role_assignments?effective&include_names&user.id=" + user, admin);
    assertThat(effective.json().at("/role_assignments").findValuesAsString("name"))
        .contains("member", "reader", "grouped");
    assertThat(API.get("/identity/v3/groups?name=grouped", admin).at("/groups/0/id"))
        .isEqualTo(group);
    assertThat(API.delete(membership, admin).status()).isEqualTo(204);
    assertThat(API.get("/identity/v3/auth/projects", in).status()).isEqualTo(401);
  }
}
