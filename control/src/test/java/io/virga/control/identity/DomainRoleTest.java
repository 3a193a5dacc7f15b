package io.virga.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Roles of domains stand for what they imply, and for nothing by their names. */
final class DomainRoleTest {

  private static final String V3 = "/identity/v3/";
  private static final IdentityCloud CLOUD = new IdentityCloud();
  private static final TestApi API = CLOUD.api();

  private static String domain = "";
  private static String project = "";

  @BeforeAll
  static void makeADomain() {
    domain = CLOUD.make("domains", "domain", Map.of("name", "shop"));
    project = CLOUD.make("projects", "project", Map.of("name", "till", "domain_id", domain));
  }

  @AfterAll
  static void close() {
    CLOUD.close();
  }

  private static String role(String name, String domainId) {
    return CLOUD.make("roles", "role", Map.of("name", name, "domain_id", domainId));
  }

  private static String user(String name) {
    return CLOUD.make("users", "user", Map.of("name", name, "password", "pw", "domain_id", domain));
  }

  private static TestApi.Answer give(String where, String user, String role) {
    return API.put(
        V3 + "%s/users/%s/roles/%s".formatted(where, user, role), CLOUD.token("admin"), "");
  }

  private static TestApi.Answer imply(String prior, String implied) {
    return API.put(V3 + "roles/%s/implies/%s".formatted(prior, implied), CLOUD.token("admin"), "");
  }

  private static TestApi.Answer login(String user) {
    return API.post(
        IdentityCloud.TOKENS,
        "",
        IdentityCloud.password(Map.of("id", user), "pw", Map.of("project", Map.of("id", project))));
  }

  private static List<String> named(String query) {
    return API.get(V3 + "roles" + query, CLOUD.token("admin"))
        .json()
        .at("/roles")
        .findValuesAsString("id");
  }

  private static String said(TestApi.Answer answer) {
    return answer.status() + " " + answer.at("/error/message");
  }

  @Test
  void namesAreOfTheirDomainAndListsOfWhatIsAskedFor() {
    String admin = CLOUD.token("admin");
    String member = role("member", domain);
    assertThat(named("?domain_id=" + domain)).contains(member);
    assertThat(named("")).doesNotContain(member);
    assertThat(named("?name=member")).hasSize(1).doesNotContain(member);
    assertThat(API.get(V3 + "roles/" + member, admin).at("/role/domain_id")).isEqualTo(domain);
    String stranger = CLOUD.token("demo");
    assertThat(API.get(V3 + "roles/" + member, stranger).status()).isEqualTo(404);
    assertThat(API.get(V3 + "roles?domain_id=" + domain, stranger).status()).isEqualTo(403);
    assertThat(API.get(V3 + "roles", stranger).status()).isEqualTo(200);
    Object again = Map.of("role", Map.of("name", "member", "domain_id", domain));
    assertThat(said(API.post(V3 + "roles", admin, again)))
        .isEqualTo(
            "409 Conflict occurred attempting to store role - Duplicate entry found with name"
                + " member at domain ID "
                + domain
                + ".");
    Object nowhere = Map.of("role", Map.of("name", "lost", "domain_id", "none"));
    assertThat(said(API.post(V3 + "roles", admin, nowhere)))
        .isEqualTo("404 Could not find domain: none.");
    Object moved = Map.of("role", Map.of("domain_id", "default"));
    assertThat(said(API.patch(V3 + "roles/" + member, admin, moved)))
        .isEqualTo("400 Update of `domain_id` is not allowed.");
    Object renamed = Map.of("role", Map.of("name", "cashier"));
    assertThat(API.patch(V3 + "roles/" + member, admin, renamed).at("/role/name"))
        .isEqualTo("cashier");
    assertThat(API.delete(V3 + "roles/" + member, admin).status()).isEqualTo(204);
    assertThat(CLOUD.roleId("member")).isNotEmpty();
  }

  @Test
  void aRoleCalledAdminOpensNothing() {
    String fake = role("admin", domain);
    String user = user("impostor");
    assertThat(give("projects/" + project, user, fake).status()).isEqualTo(204);
    assertThat(login(user).status()).as("no role at all").isEqualTo(401);
    assertThat(give("projects/" + project, user, CLOUD.roleId("reader")).status()).isEqualTo(204);
    TestApi.Answer in = login(user);
    assertThat(in.json().at("/token/roles").findValuesAsString("name")).containsExactly("reader");
    String token = in.header("X-Subject-Token");
    for (String path : List.of("users", "projects", "services", "role_assignments")) {
      assertThat(API.get(V3 + path, token).status()).as(path).isEqualTo(403);
    }
    Object named =
        Map.of(
            "application_credential", Map.of("name", "sly", "roles", List.of(Map.of("id", fake))));
    assertThat(said(API.post(V3 + "users/" + user + "/application_credentials", token, named)))
        .startsWith("400 Invalid application credential: Could not find role assignment");
  }

  @Test
  void whatARoleOfADomainImpliesIsInTokens() {
    String till = role("till-keeper", domain);
    String other = CLOUD.make("domains", "domain", Map.of("name", "warehouse"));
    String stock = role("stock-keeper", other);
    assertThat(imply(till, stock).status()).isEqualTo(201);
    assertThat(imply(stock, CLOUD.roleId("member")).status()).isEqualTo(201);
    assertThat(said(imply(CLOUD.roleId("reader"), till)))
        .isEqualTo("403 Global role cannot imply a domain-specific role");
    String one = V3 + "roles/%s/implies/%s".formatted(till, stock);
    assertThat(API.call("HEAD", one, CLOUD.token("admin"), null).status()).isEqualTo(204);
    String user = user("keeper");
    give("projects/" + project, user, till);
    TestApi.Answer in = login(user);
    assertThat(in.json().at("/token/roles").findValuesAsString("name"))
        .containsExactly("member", "reader");
    String assignments = V3 + "role_assignments?user.id=" + user + "&include_names=true";
    TestApi.Answer given = API.get(assignments, CLOUD.token("admin"));
    assertThat(given.at("/role_assignments/0/role/domain/name")).isEqualTo("shop");
    assertThat(
            API.get(assignments + "&effective", CLOUD.token("admin"))
                .json()
                .at("/role_assignments")
                .valueStream()
                .map(assignment -> assignment.at("/role/name").asString()))
        .containsExactlyInAnyOrder("member", "reader");
    String off = V3 + "domains/" + other;
    API.patch(off, CLOUD.token("admin"), Map.of("domain", Map.of("enabled", false)));
    assertThat(API.delete(off, CLOUD.token("admin")).status()).isEqualTo(204);
    assertThat(API.get(V3 + "roles/" + stock, CLOUD.token("admin")).status()).isEqualTo(404);
    assertThat(API.get(V3 + "auth/projects", in.header("X-Subject-Token")).status())
        .as("the token said member")
        .isEqualTo(401);
    assertThat(login(user).status()).isEqualTo(401);
  }

  @Test
  void isGivenWithinItsDomainAlone() {
    String role = role("local", domain);
    String user = user("local-user");
    String demo = CLOUD.shown(CLOUD.token("demo")).at("/token/project/id");
    assertThat(said(give("projects/" + demo, user, role)))
        .isEqualTo(
            "403 Project %s must be in the same domain as the role %s being assigned."
                .formatted(demo, role));
    assertThat(said(give("domains/default", user, role)))
        .isEqualTo(
            "403 Domain default must be in the same domain as the role %s being assigned."
                .formatted(role));
    assertThat(said(give("system", user, role)))
        .isEqualTo(
            "400 Role %s is a domain-specific role. Unable to use a domain-specific role in a"
                    .formatted(role)
                + " system assignment.");
    assertThat(give("domains/" + domain, user, role).status()).isEqualTo(204);
  }

  @Test
  void whoAdministersADomainDoesNotClimbByItsRoles() {
    String boss = user("boss");
    CLOUD.grant("domains/" + domain, boss, "admin");
    String ladder = role("ladder", domain);
    String step = role("step", domain);
    imply(ladder, CLOUD.roleId("admin"));
    imply(step, CLOUD.roleId("reader"));
    String token = CLOUD.token(boss, "pw", Map.of("domain", Map.of("id", domain)));
    String path = V3 + "projects/%s/users/%s/roles/".formatted(project, boss);
    assertThat(API.put(path + ladder, token, "").status()).isEqualTo(403);
    assertThat(API.put(path + step, token, "").status()).isEqualTo(204);
    Object own = Map.of("role", Map.of("name", "mine", "domain_id", domain));
    assertThat(API.post(V3 + "roles", token, own).status()).isEqualTo(403);
  }
}
