package io.virga.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the roles open on a domain and on the system. */
final class DomainAdminTest {

  private static final String V3 = "/identity/v3/";
  private static final IdentityCloud CLOUD = new IdentityCloud();
  private static final TestApi API = CLOUD.api();

  private static String domain = "";
  private static String boss = "";
  private static String auditor = "";

  @BeforeAll
  static void makeADomain() {
    domain = CLOUD.make("domains", "domain", Map.of("name", "customer"));
    boss = user("boss");
    auditor = user("auditor");
    CLOUD.grant("domains/" + domain, boss, "admin");
    CLOUD.grant("system", auditor, "reader");
  }

  @AfterAll
  static void close() {
    CLOUD.close();
  }

  private static String user(String name) {
    return CLOUD.make("users", "user", Map.of("name", name, "password", "pw", "domain_id", domain));
  }

  private static String bossToken() {
    return CLOUD.token(boss, "pw", Map.of("domain", Map.of("id", domain)));
  }

  private static String idOf(String collection, String name) {
    return API.get(V3 + collection + "?name=" + name, CLOUD.token("admin"))
        .at("/" + collection + "/0/id");
  }

  private static String make(String token, String collection, Map<String, Object> body) {
    String thing = collection.substring(0, collection.length() - 1);
    TestApi.Answer made = API.post(V3 + collection, token, Map.of(thing, body));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.at("/" + thing + "/domain_id")).isEqualTo(domain);
    return made.at("/" + thing + "/id");
  }

  @Test
  void makesAndChangesWhatIsOfTheDomain() {
    String token = bossToken();
    String worker = make(token, "users", Map.of("name", "worker", "password", "pw"));
    String project = make(token, "projects", Map.of("name", "work"));
    String group = make(token, "groups", Map.of("name", "workers"));
    String role = CLOUD.roleId("member");
    List<String> puts =
        List.of(
            V3 + "groups/%s/users/%s".formatted(group, worker),
            V3 + "projects/%s/users/%s/roles/%s".formatted(project, worker, role),
            V3 + "domains/%s/groups/%s/roles/%s".formatted(domain, group, role),
            V3 + "projects/%s/tags/good".formatted(project));
    for (String put : puts) {
      assertThat(API.put(put, token, "").status()).as(put).isBetween(201, 204);
    }
    assertThat(API.get(V3 + "users", token).json().at("/users").findValuesAsString("name"))
        .contains("worker")
        .doesNotContain("admin", "demo");
    assertThat(API.get(V3 + "role_assignments", token).text())
        .contains(project)
        .doesNotContain(idOf("projects", "demo"));
    CLOUD.token(worker, "pw", Map.of("project", Map.of("id", project)));
    Object off = Map.of("user", Map.of("enabled", false));
    assertThat(API.patch(V3 + "users/" + worker, token, off).status()).isEqualTo(200);
    assertThat(API.delete(V3 + "users/" + worker, token).status()).isEqualTo(204);
  }

  @Test
  void doesNotReachBeyondTheDomain() {
    String token = bossToken();
    String demo = idOf("users", "demo");
    String project = idOf("projects", "demo");
    Object change = Map.of("user", Map.of("password", "stolen"));
    assertThat(API.patch(V3 + "users/" + demo, token, change).status()).isEqualTo(403);
    assertThat(API.delete(V3 + "projects/" + project, token).status()).isEqualTo(403);
    assertThat(API.get(V3 + "users/" + demo, token).status()).isEqualTo(404);
    Object stray = Map.of("user", Map.of("name", "stray", "domain_id", "default"));
    assertThat(API.post(V3 + "users", token, stray).status()).isEqualTo(403);
    String give =
        V3 + "projects/%s/users/%s/roles/%s".formatted(project, boss, CLOUD.roleId("reader"));
    assertThat(API.put(give, token, "").status()).isEqualTo(403);
    for (String path : List.of("domains", "services", "endpoints", "system/users/x/roles")) {
      assertThat(API.get(V3 + path, token).status()).as(path).isEqualTo(403);
    }
    assertThat(API.post(V3 + "roles", token, Map.of()).status()).isEqualTo(403);
  }

  @Test
  void doesNotMakeItselfAnAdministratorOfEverything() {
    String token = bossToken();
    String project = make(token, "projects", Map.of("name", "ladder"));
    String admin = CLOUD.roleId("admin");
    List<String> ladders =
        List.of(
            V3 + "projects/%s/users/%s/roles/%s".formatted(project, boss, admin),
            V3
                + "OS-INHERIT/domains/%s/users/%s/roles/%s/inherited_to_projects"
                    .formatted(domain, boss, admin),
            V3 + "system/users/%s/roles/%s".formatted(boss, admin));
    for (String ladder : ladders) {
      assertThat(API.put(ladder, token, "").status()).as(ladder).isEqualTo(403);
    }
  }

  @Test
  void joinsNoGroupThatOpensEverything() {
    String token = bossToken();
    String project = make(token, "projects", Map.of("name", "grouped"));
    String inherited = "OS-INHERIT/domains/%s/groups/%s/roles/%s/inherited_to_projects";
    List<String> grants =
        List.of(
            "system/groups/%2$s/roles/%3$s",
            "projects/%4$s/groups/%2$s/roles/%3$s",
            inherited.replace("/%s/groups/%s/roles/%s", "/%1$s/groups/%2$s/roles/%3$s"));
    for (String role : List.of("admin", "reseller_admin")) {
      for (String grant : grants) {
        String group = make(token, "groups", Map.of("name", role + grants.indexOf(grant)));
        String path = V3 + grant.formatted(domain, group, roleOf(role), project);
        String join = V3 + "groups/%s/users/%s".formatted(group, boss);
        assertThat(API.put(path, CLOUD.token("admin"), "").status()).as(path).isEqualTo(204);
        assertThat(API.put(join, token, "").status()).as(path).isEqualTo(403);
        assertThat(API.get(V3 + "users/" + boss + "/groups", token).text())
            .as(path)
            .doesNotContain(group);
        assertThat(API.put(join, CLOUD.token("admin"), "").status()).isEqualTo(204);
        assertThat(API.delete(join, CLOUD.token("admin")).status()).isEqualTo(204);
        token = bossToken();
      }
    }
    String give = V3 + "projects/%s/users/%s/roles/%s";
    String reseller = give.formatted(project, boss, roleOf("reseller_admin"));
    assertThat(API.put(reseller, token, "").status()).isEqualTo(403);
  }

  private static String roleOf(String name) {
    API.post(V3 + "roles", CLOUD.token("admin"), Map.of("role", Map.of("name", name)));
    return CLOUD.roleId(name);
  }

  @Test
  void doesNotBecomeOrShutOutWhoOpensEverything() {
    String token = bossToken();
    String root = user("root-here");
    String viewer = user("viewer-here");
    CLOUD.grant("projects/" + idOf("projects", "demo"), root, "admin");
    CLOUD.grant("system", viewer, "reader");
    List<Map<String, Object>> changes =
        List.of(
            Map.of("password", "taken"),
            Map.of("enabled", false),
            Map.of("options", Map.of("multi_factor_auth_enabled", false)));
    for (String user : List.of(root, viewer)) {
      for (Map<String, Object> change : changes) {
        assertThat(API.patch(V3 + "users/" + user, token, Map.of("user", change)).status())
            .as("%s", change)
            .isEqualTo(403);
      }
      assertThat(API.delete(V3 + "users/" + user, token).status()).isEqualTo(403);
      CLOUD.token(user, "pw", "unscoped");
      for (Map<String, Object> change : changes) {
        assertThat(
                API.patch(V3 + "users/" + user, CLOUD.token("admin"), Map.of("user", change))
                    .status())
            .isEqualTo(200);
      }
    }
  }

  @Test
  void whoReadsTheSystemSeesEverythingAndChangesNothing() {
    String token = CLOUD.token(auditor, "pw", IdentityCloud.SYSTEM);
    for (String path :
        List.of(
            "users",
            "projects",
            "groups",
            "domains",
            "services",
            "endpoints",
            "role_assignments")) {
      assertThat(API.get(V3 + path, token).status()).as(path).isEqualTo(200);
      assertThat(API.call("HEAD", V3 + path, token, null).status()).as(path).isEqualTo(200);
    }
    assertThat(API.get(V3 + "users/" + boss, token).at("/user/name")).isEqualTo("boss");
    for (String path : List.of("users", "projects", "groups", "domains", "services", "regions")) {
      assertThat(API.post(V3 + path, token, Map.of()).status()).as(path).isEqualTo(403);
    }
    assertThat(API.get(V3 + "auth/system", token).json().at("/system").toString())
        .isEqualTo("[{\"all\":true}]");
    assertThat(API.get(V3 + "auth/system", bossToken()).json().at("/system").size()).isZero();
  }

  @Test
  void tellsAdministratorsWhichTokensAreVoid() {
    String token = CLOUD.token(auditor, "pw", "unscoped");
    assertThat(API.get(V3 + "OS-REVOKE/events", token).status()).isEqualTo(403);
    String admin = CLOUD.token("admin");
    Object off = Map.of("user", Map.of("enabled", false));
    String shut = user("void");
    API.patch(V3 + "users/" + shut, admin, off);
    assertThat(
            API.get(V3 + "OS-REVOKE/events", admin)
                .json()
                .at("/events")
                .findValuesAsString("user_id"))
        .contains(shut);
    assertThat(API.get(V3 + "OS-REVOKE/events?since=2999-01-01T00:00:00Z", admin).at("/events/0"))
        .isEmpty();
    assertThat(API.get(V3 + "OS-REVOKE/events?since=yesterday", admin).status()).isEqualTo(400);
  }
}
