package io.virga.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which endpoints the tokens of a project show. */
final class EndpointFilterTest {

  private static final String FILTER = "/identity/v3/OS-EP-FILTER/";
  private static final IdentityCloud CLOUD = new IdentityCloud();
  private static final TestApi API = CLOUD.api();

  private static String service = "";
  private static String open = "";
  private static String inner = "";

  @BeforeAll
  static void makeEndpoints() {
    service = CLOUD.make("services", "service", Map.of("type", "dns", "name", "named"));
    open = endpoint("public");
    inner = endpoint("internal");
  }

  @AfterAll
  static void close() {
    CLOUD.close();
  }

  private static String endpoint(String kind) {
    return CLOUD.make(
        "endpoints",
        "endpoint",
        Map.of(
            "service_id", service, "interface", kind, "region_id", "RegionOne", "url", "http://d"));
  }

  private static String admin() {
    return CLOUD.token("admin");
  }

  private static String said(TestApi.Answer answer) {
    return answer.status() + " " + answer.at("/error/message");
  }

  private static List<String> list(String path, String collection) {
    return API.get(FILTER + path, admin()).json().at("/" + collection).findValuesAsString("id");
  }

  /** A project of its own, and a token for it. */
  private record Tenant(String project, String token) {

    static Tenant make(String name) {
      String project = CLOUD.make("projects", "project", Map.of("name", name));
      String user = CLOUD.make("users", "user", Map.of("name", name, "password", "pw"));
      CLOUD.grant("projects/" + project, user, "member");
      return new Tenant(project, CLOUD.token(user, "pw", Map.of("project", Map.of("id", project))));
    }

    /** The ids of all endpoints that its token shows. */
    List<String> sees() {
      return CLOUD
          .shown(token)
          .json()
          .at("/token/catalog")
          .valueStream()
          .flatMap(entry -> entry.at("/endpoints").valueStream())
          .map(endpoint -> endpoint.at("/id").asString())
          .toList();
    }
  }

  private static String group(Map<String, Object> filters) {
    TestApi.Answer made =
        API.post(
            FILTER + "endpoint_groups",
            admin(),
            Map.of("endpoint_group", Map.of("name", "group", "filters", filters)));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.at("/endpoint_group/id");
  }

  @Test
  void aProjectSeesTheEndpointsThatItIsGivenAlone() {
    Tenant tenant = Tenant.make("single");
    assertThat(tenant.sees()).contains(open, inner).hasSizeGreaterThan(2);
    String path = FILTER + "projects/%s/endpoints/%s".formatted(tenant.project(), open);
    assertThat(said(API.get(path, admin())))
        .isEqualTo("404 Endpoint %s not found in project %s".formatted(open, tenant.project()));
    assertThat(API.put(path, admin(), "").status()).isEqualTo(204);
    assertThat(tenant.sees()).containsExactly(open);
    assertThat(
            API.get("/identity/v3/auth/catalog", tenant.token())
                .json()
                .at("/catalog")
                .findValuesAsString("type"))
        .containsExactly("dns");
    assertThat(API.call("HEAD", path, admin(), null).status()).isEqualTo(204);
    assertThat(said(API.put(path, admin(), "")))
        .isEqualTo("409 Conflict occurred attempting to store project_endpoint - Duplicate entry.");
    assertThat(list("projects/" + tenant.project() + "/endpoints", "endpoints"))
        .containsExactly(open);
    assertThat(list("endpoints/" + open + "/projects", "projects"))
        .containsExactly(tenant.project());
    assertThat(Tenant.make("other").sees()).as("another project").contains(inner);
    assertThat(API.delete(path, admin()).status()).isEqualTo(204);
    assertThat(tenant.sees()).contains(open, inner).hasSizeGreaterThan(2);
    assertThat(API.delete(path, admin()).status()).isEqualTo(404);
  }

  @Test
  void aGroupSelectsByAllThatItNames() {
    Tenant tenant = Tenant.make("grouped");
    String id = group(Map.of("service_id", service, "interface", "internal"));
    String group = FILTER + "endpoint_groups/" + id;
    assertThat(list("endpoint_groups/" + id + "/endpoints", "endpoints")).containsExactly(inner);
    String path = group + "/projects/" + tenant.project();
    assertThat(said(API.get(path, admin())))
        .isEqualTo("404 Endpoint Group Project Association not found");
    assertThat(API.put(path, admin(), "").status()).isEqualTo(204);
    assertThat(tenant.sees()).containsExactly(inner);
    assertThat(said(API.put(path, admin(), "")))
        .isEqualTo(
            "409 Conflict occurred attempting to store project_endpoint_group - Duplicate entry.");
    TestApi.Answer shown = API.get(path, admin());
    assertThat(shown.at("/project_endpoint_group/endpoint_group_id")).isEqualTo(id);
    assertThat(shown.at("/project_endpoint_group/links/self"))
        .endsWith("/OS-EP-FILTER/endpoint_groups/" + id + "/projects/" + tenant.project());
    assertThat(list("endpoint_groups/" + id + "/projects", "projects"))
        .containsExactly(tenant.project());
    assertThat(list("projects/" + tenant.project() + "/endpoint_groups", "endpoint_groups"))
        .containsExactly(id);
    assertThat(list("projects/" + tenant.project() + "/endpoints", "endpoints"))
        .containsExactly(inner);
    Object wider = Map.of("endpoint_group", Map.of("filters", Map.of("service_id", service)));
    assertThat(API.patch(group, admin(), wider).status()).isEqualTo(200);
    assertThat(tenant.sees()).containsExactlyInAnyOrder(open, inner);
    Object empty = Map.of("endpoint_group", Map.of("filters", Map.of("service_id", "none")));
    API.patch(group, admin(), empty);
    assertThat(tenant.sees()).as("what selects nothing cuts nothing").hasSizeGreaterThan(2);
    API.patch(group, admin(), wider);
    assertThat(API.delete(group, admin()).status()).isEqualTo(204);
    assertThat(tenant.sees()).hasSizeGreaterThan(2);
    assertThat(said(API.get(group, admin())))
        .isEqualTo("404 Could not find Endpoint Group: " + id + ".");
  }

  @Test
  void aGroupIsChangedMemberByMember() {
    String id = group(Map.of("region_id", "RegionOne"));
    String path = FILTER + "endpoint_groups/" + id;
    Object named = Map.of("endpoint_group", Map.of("name", "all", "description", "of here"));
    TestApi.Answer changed = API.patch(path, admin(), named);
    assertThat(changed.at("/endpoint_group/name")).isEqualTo("all");
    assertThat(changed.at("/endpoint_group/description")).isEqualTo("of here");
    assertThat(changed.json().at("/endpoint_group/filters").toString())
        .isEqualTo("{\"region_id\":\"RegionOne\"}");
    assertThat(changed.at("/endpoint_group/links/self")).endsWith("/endpoint_groups/" + id);
    assertThat(list("endpoint_groups?name=all", "endpoint_groups")).containsExactly(id);
  }

  @Test
  void refusesFiltersThatThereAreNot() {
    assertThat(refused(Map.of("name", "a", "filters", Map.of("colour", "blue"))))
        .startsWith(
            "400 Expecting to find service_id or region_id or interface in endpoint_group.");
    assertThat(refused(Map.of("name", "a", "filters", Map.of())))
        .isEqualTo("400 filters field is required and cannot be empty");
    assertThat(refused(Map.of("filters", Map.of("region_id", "a"))))
        .isEqualTo("400 endpoint_group.name: is required");
    assertThat(refused(Map.of("name", "a", "filters", Map.of("interface", "open"))))
        .contains("'open' is not one of");
    String demo = CLOUD.token("demo");
    assertThat(API.get(FILTER + "endpoint_groups", demo).status()).isEqualTo(403);
    String project = CLOUD.shown(demo).at("/token/project/id");
    assertThat(API.put(FILTER + "projects/" + project + "/endpoints/" + open, demo, "").status())
        .isEqualTo(403);
    assertThat(said(API.put(FILTER + "projects/" + project + "/endpoints/none", admin(), "")))
        .isEqualTo("404 Could not find endpoint: none.");
    assertThat(said(API.put(FILTER + "projects/none/endpoints/" + open, admin(), "")))
        .isEqualTo("404 Could not find project: none.");
  }

  private static String refused(Map<String, Object> group) {
    return said(API.post(FILTER + "endpoint_groups", admin(), Map.of("endpoint_group", group)));
  }
}
