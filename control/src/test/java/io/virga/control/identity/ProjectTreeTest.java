package io.virga.control.identity;

import static io.virga.control.identity.IdentityCloud.onProject;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class ProjectTreeTest {

  private static final String PROJECTS = "/identity/v3/projects";
  private static final IdentityCloud CLOUD = new IdentityCloud();
  private static final TestApi API = CLOUD.api();

  @AfterAll
  static void close() {
    CLOUD.close();
  }

  private static String project(String name) {
    return CLOUD.make("projects", "project", Map.of("name", name));
  }

  private static String below(String parent, String name) {
    return CLOUD.make("projects", "project", Map.of("name", name, "parent_id", parent));
  }

  private static String user(String name) {
    return CLOUD.make("users", "user", Map.of("name", name, "password", name + "-pw"));
  }

  private static String refused(TestApi.Answer answer) {
    return answer.status() + " " + answer.at("/error/message");
  }

  private static List<String> names(TestApi.Answer answer) {
    return answer.json().at("/projects").valueStream().map(p -> p.get("name").asString()).toList();
  }

  @Test
  void showsWhatIsAboveAndBelow() {
    String top = project("tree-top");
    String middle = below(top, "tree-middle");
    String leaf = below(middle, "tree-leaf");
    String admin = CLOUD.token("admin");
    TestApi.Answer ids = API.get(PROJECTS + "/" + middle + "?parents_as_ids&subtree_as_ids", admin);
    assertThat(ids.at("/project/parent_id")).isEqualTo(top);
    assertThat(ids.json().at("/project/parents").toString())
        .isEqualTo("{\"%s\":{\"default\":null}}".formatted(top));
    assertThat(ids.json().at("/project/subtree").toString())
        .isEqualTo("{\"%s\":null}".formatted(leaf));
    String both = PROJECTS + "/" + middle + "?parents_as_ids&parents_as_list";
    assertThat(refused(API.get(both, admin)))
        .isEqualTo(
            "400 Cannot use parents_as_list and parents_as_ids query params at the same time.");
    // Lists show what the caller has a role on, be it an administrator.
    String adminId = CLOUD.shown(admin).at("/token/user/id");
    CLOUD.grant("projects/" + top, adminId, "reader");
    TestApi.Answer lists =
        API.get(PROJECTS + "/" + middle + "?parents_as_list&subtree_as_list", admin);
    assertThat(lists.at("/project/parents/0/project/id")).isEqualTo(top);
    assertThat(lists.json().at("/project/subtree").size()).isZero();
  }

  @Test
  void holdsTheTreeTogether() {
    String top = project("held-top");
    String leaf = below(top, "held-leaf");
    String admin = CLOUD.token("admin");
    assertThat(refused(API.delete(PROJECTS + "/" + top, admin)))
        .startsWith("403 Cannot delete the project " + top + " since it is not a leaf");
    Object off = Map.of("project", Map.of("enabled", false));
    assertThat(refused(API.patch(PROJECTS + "/" + top, admin, off)))
        .isEqualTo(
            "403 Cannot disable project %s since its subtree contains enabled projects."
                .formatted(top));
    assertThat(API.patch(PROJECTS + "/" + leaf, admin, off).status()).isEqualTo(200);
    assertThat(API.patch(PROJECTS + "/" + top, admin, off).status()).isEqualTo(200);
    Object on = Map.of("project", Map.of("enabled", true));
    assertThat(refused(API.patch(PROJECTS + "/" + leaf, admin, on)))
        .isEqualTo("403 Cannot enable project " + leaf + " since it has disabled parents");
    Object child = Map.of("project", Map.of("name", "held-new", "parent_id", top));
    assertThat(refused(API.post(PROJECTS, admin, child)))
        .isEqualTo("400 cannot create a project in a branch containing a disabled project: " + top);
    Object moved = Map.of("project", Map.of("parent_id", "default"));
    assertThat(refused(API.patch(PROJECTS + "/" + leaf, admin, moved)))
        .isEqualTo("403 Update of `parent_id` is not allowed.");
  }

  @Test
  void isFiveDeepAtMost() {
    String above = project("deep-1");
    for (int depth = 2; depth <= 5; depth++) {
      above = below(above, "deep-" + depth);
    }
    Object sixth = Map.of("project", Map.of("name", "deep-6", "parent_id", above));
    assertThat(refused(API.post(PROJECTS, CLOUD.token("admin"), sixth)))
        .isEqualTo("403 Max hierarchy depth reached for " + above + " branch.");
    Object nowhere = Map.of("project", Map.of("name", "deep-0", "parent_id", "nothing"));
    assertThat(refused(API.post(PROJECTS, CLOUD.token("admin"), nowhere)))
        .isEqualTo("400 Could not find project: nothing.");
  }

  @Test
  void aRoleIsInheritedByWhatIsBelowAndNotByTheProjectItself() {
    String top = project("heir-top");
    String leaf = below(below(top, "heir-middle"), "heir-leaf");
    String heir = user("heir");
    String grant =
        "/identity/v3/OS-INHERIT/projects/%s/users/%s/roles/%s/inherited_to_projects"
            .formatted(top, heir, CLOUD.roleId("member"));
    String admin = CLOUD.token("admin");
    assertThat(API.put(grant, admin, "").status()).isEqualTo(204);
    assertThat(API.call("HEAD", grant, admin, null).status()).isEqualTo(204);
    assertThat(CLOUD.login("heir", "heir-pw", onProject("heir-top")).status()).isEqualTo(401);
    String token = CLOUD.token(heir, "heir-pw", Map.of("project", Map.of("id", leaf)));
    assertThat(names(API.get("/identity/v3/auth/projects", token)))
        .containsExactlyInAnyOrder("heir-middle", "heir-leaf");
    TestApi.Answer effective =
        API.get("/identity/v3/role_assignments?effective&user.id=" + heir, admin);
    assertThat(effective.json().at("/role_assignments").size()).isEqualTo(4);
    assertThat(effective.text()).contains(leaf, "\"OS-INHERIT:inherited_to\":\"projects\"", grant);
    assertThat(API.delete(grant, admin).status()).isEqualTo(204);
    assertThat(API.get("/identity/v3/auth/projects", token).status()).isEqualTo(401);
  }

  @Test
  void listsByEveryFilter() {
    String top = project("filter-Alpha");
    below(top, "filter-beta");
    CLOUD.make(
        "projects",
        "project",
        Map.of("name", "filter-off", "enabled", false, "tags", List.of("x")));
    assertThat(listed("name=filter-beta")).containsExactly("filter-beta");
    assertThat(listed("name__startswith=filter-&enabled=false")).containsExactly("filter-off");
    assertThat(listed("name__iendswith=ALPHA")).containsExactly("filter-Alpha");
    assertThat(listed("name__endswith=ALPHA")).isEmpty();
    assertThat(listed("name__contains=ter-b")).containsExactly("filter-beta");
    assertThat(listed("parent_id=" + top)).containsExactly("filter-beta");
    assertThat(listed("domain_id=none")).isEmpty();
    assertThat(listed("is_domain=true")).containsExactly("Default");
    assertThat(listed("name__contains=filter&limit=1")).hasSize(1);
  }

  @Test
  void tagsAreSetAddedFoundAndTakenAway() {
    String id = project("tagged");
    String tags = PROJECTS + "/" + id + "/tags";
    String admin = CLOUD.token("admin");
    TestApi.Answer set = API.put(tags, admin, Map.of("tags", List.of("red", "blue")));
    assertThat(set.json().at("/tags").toString()).isEqualTo("[\"red\",\"blue\"]");
    TestApi.Answer added = API.put(tags + "/so%20green", admin, "");
    assertThat(added.status()).isEqualTo(201);
    assertThat(added.header("Location")).endsWith("/projects/" + id + "/tags/so%20green");
    assertThat(API.get(tags + "/so%20green", admin).status()).isEqualTo(204);
    assertThat(API.call("HEAD", tags + "/red", admin, null).status()).isEqualTo(204);
    assertThat(refused(API.get(tags + "/grey", admin)))
        .isEqualTo("404 Could not find project tag: grey.");
    assertThat(listed("tags=red,blue")).containsExactly("tagged");
    assertThat(listed("tags=red,grey")).isEmpty();
    assertThat(listed("tags-any=red,grey")).containsExactly("tagged");
    assertThat(listed("name=tagged&not-tags=red,grey")).containsExactly("tagged");
    assertThat(listed("name=tagged&not-tags-any=red,grey")).isEmpty();
    assertThat(API.delete(tags + "/red", admin).status()).isEqualTo(204);
    assertThat(API.delete(tags + "/red", admin).status()).isEqualTo(404);
    assertThat(API.put(tags, admin, Map.of("tags", List.of("a,b"))).status()).isEqualTo(400);
    assertThat(API.put(tags, admin, Map.of("tags", List.of("a", "a"))).status()).isEqualTo(400);
    assertThat(API.delete(tags, admin).status()).isEqualTo(204);
    assertThat(API.get(tags, admin).json().at("/tags").size()).isZero();
    assertThat(API.get(tags, CLOUD.token("demo")).status()).isEqualTo(404);
  }

  private static List<String> listed(String query) {
    return names(API.get(PROJECTS + "?" + query, CLOUD.token("admin")));
  }
}
