package io.virga.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A project that acts as a domain is that domain. */
final class DomainProjectTest {

  private static final String V3 = "/identity/v3/";
  private static final IdentityCloud CLOUD = new IdentityCloud();
  private static final TestApi API = CLOUD.api();

  @AfterAll
  static void close() {
    CLOUD.close();
  }

  private static String said(TestApi.Answer answer) {
    return answer.status() + " " + answer.at("/error/message");
  }

  private static TestApi.Answer make(Map<String, Object> project) {
    return API.post(V3 + "projects", CLOUD.token("admin"), Map.of("project", project));
  }

  private static List<String> ids(String query) {
    return API.get(V3 + "projects" + query, CLOUD.token("admin"))
        .json()
        .at("/projects")
        .findValuesAsString("id");
  }

  @Test
  void isMadeShownListedChangedDisabledAndDeletedAsOne() {
    String admin = CLOUD.token("admin");
    TestApi.Answer made =
        make(Map.of("name", "both", "is_domain", true, "tags", List.of("x"), "colour", "blue"));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    String id = made.at("/project/id");
    String project = V3 + "projects/" + id;
    String domain = V3 + "domains/" + id;
    assertThat(made.json().at("/project/is_domain").asBoolean()).isTrue();
    assertThat(made.json().at("/project/domain_id").isNull()).isTrue();
    assertThat(made.json().at("/project/parent_id").isNull()).isTrue();
    assertThat(made.at("/project/links/self")).endsWith("/projects/" + id);
    assertThat(API.get(domain, admin).at("/domain/name")).isEqualTo("both");
    assertThat(API.get(domain, admin).at("/domain/tags/0")).isEqualTo("x");
    assertThat(API.get(domain, admin).at("/domain/colour")).isEqualTo("blue");
    assertThat(ids("?is_domain=true")).contains(id, "default");
    assertThat(ids("?is_domain=true&name=both")).containsExactly(id);
    assertThat(ids("?is_domain=true&tags=x")).containsExactly(id);
    assertThat(ids("?is_domain=true&parent_id=default")).isEmpty();
    assertThat(ids("")).doesNotContain(id);
    Object renamed = Map.of("project", Map.of("name", "one"));
    assertThat(API.patch(project, admin, renamed).at("/project/name")).isEqualTo("one");
    assertThat(API.get(domain, admin).at("/domain/name")).isEqualTo("one");
    assertThat(said(API.delete(project, admin)))
        .isEqualTo("403 Cannot delete a domain that is enabled, please disable it first.");
    String inner = CLOUD.make("projects", "project", Map.of("name", "inner", "domain_id", id));
    String user =
        CLOUD.make("users", "user", Map.of("name", "u", "password", "pw", "domain_id", id));
    CLOUD.grant("projects/" + inner, user, "member");
    String token = CLOUD.token(user, "pw", Map.of("project", Map.of("id", inner)));
    API.patch(project, admin, Map.of("project", Map.of("enabled", false)));
    assertThat(API.get(V3 + "auth/projects", token).status()).isEqualTo(401);
    assertThat(API.delete(project, admin).status()).isEqualTo(204);
    assertThat(API.get(domain, admin).status()).isEqualTo(404);
    assertThat(said(API.get(project, admin)))
        .isEqualTo("404 Could not find project: %s.".formatted(id));
    assertThat(API.get(V3 + "projects/" + inner, admin).status()).isEqualTo(404);
  }

  @Test
  void isAtTheTopAndStaysADomain() {
    String admin = CLOUD.token("admin");
    String why = "400 only root projects are allowed to act as domains.";
    assertThat(said(make(Map.of("name", "low", "is_domain", true, "domain_id", "default"))))
        .isEqualTo(why);
    assertThat(said(make(Map.of("name", "low", "is_domain", true, "parent_id", "default"))))
        .isEqualTo(why);
    assertThat(said(make(Map.of("name", "Default", "is_domain", true))))
        .isEqualTo(
            "409 Conflict occurred attempting to store project - it is not permitted to have two"
                + " projects acting as domains with the same name: Default.");
    String path =
        V3 + "projects/" + make(Map.of("name", "top", "is_domain", true)).at("/project/id");
    assertThat(said(API.patch(path, admin, Map.of("project", Map.of("is_domain", false)))))
        .isEqualTo("400 Update of `is_domain` is not allowed.");
    assertThat(said(API.patch(path, admin, Map.of("project", Map.of("parent_id", "default")))))
        .isEqualTo("403 Update of `parent_id` is not allowed.");
    assertThat(said(API.patch(path, admin, Map.of("project", Map.of("domain_id", "default")))))
        .isEqualTo("400 Cannot change Domain ID");
    String plain = V3 + "projects/" + make(Map.of("name", "plain")).at("/project/id");
    assertThat(said(API.patch(plain, admin, Map.of("project", Map.of("is_domain", true)))))
        .isEqualTo("400 Update of `is_domain` is not allowed.");
  }

  @Test
  void opensToWhomItOpensAsADomain() {
    String id = make(Map.of("name", "held", "is_domain", true)).at("/project/id");
    String boss =
        CLOUD.make("users", "user", Map.of("name", "boss", "password", "pw", "domain_id", id));
    CLOUD.grant("domains/" + id, boss, "admin");
    String token = CLOUD.token(boss, "pw", Map.of("domain", Map.of("id", id)));
    String path = V3 + "projects/" + id;
    assertThat(API.get(path, token).at("/project/name")).isEqualTo("held");
    assertThat(API.get(V3 + "projects/default", token).status()).isEqualTo(404);
    assertThat(API.get(V3 + "projects/default", CLOUD.token("demo")).status()).isEqualTo(200);
    assertThat(API.get(path, CLOUD.token("demo")).status()).isEqualTo(404);
    assertThat(
            API.get(V3 + "projects?is_domain=true", token)
                .json()
                .at("/projects")
                .findValuesAsString("id"))
        .containsExactly(id);
    Object off = Map.of("project", Map.of("enabled", false));
    assertThat(API.patch(path, token, off).status()).isEqualTo(403);
    assertThat(API.delete(path, token).status()).isEqualTo(403);
    Object another = Map.of("project", Map.of("name", "another", "is_domain", true));
    assertThat(API.post(V3 + "projects", token, another).status()).isEqualTo(403);
  }
}
