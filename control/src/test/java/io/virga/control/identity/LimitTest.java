package io.virga.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class LimitTest {

  private static final String REGISTERED = "/identity/v3/registered_limits";
  private static final String LIMITS = "/identity/v3/limits";
  private static final IdentityCloud CLOUD = new IdentityCloud();
  private static final TestApi API = CLOUD.api();

  @AfterAll
  static void close() {
    CLOUD.close();
  }

  private static String service(String type) {
    return CLOUD.make("services", "service", Map.of("type", type));
  }

  private static Map<String, Object> of(String service, String resource, String limit, int value) {
    Map<String, Object> body = new HashMap<>();
    body.put("service_id", service);
    body.put("resource_name", resource);
    body.put(limit, value);
    return body;
  }

  private static TestApi.Answer register(Map<String, Object> limit) {
    return API.post(REGISTERED, CLOUD.token("admin"), Map.of("registered_limits", List.of(limit)));
  }

  private static TestApi.Answer limit(Map<String, Object> limit) {
    return API.post(LIMITS, CLOUD.token("admin"), Map.of("limits", List.of(limit)));
  }

  private static String refused(TestApi.Answer answer) {
    return answer.status() + " " + answer.at("/error/message");
  }

  private static String demoProject() {
    return CLOUD.shown(CLOUD.token("demo")).at("/token/project/id");
  }

  @Test
  void aLimitIsOfWhatIsRegisteredAndShownToItsProject() {
    String service = service("snapshots");
    TestApi.Answer made = register(of(service, "snapshot", "default_limit", 10));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    String registered = made.at("/registered_limits/0/id");
    Map<String, Object> wanted = of(service, "snapshot", "resource_limit", 99);
    wanted.put("project_id", demoProject());
    TestApi.Answer limited = limit(wanted);
    assertThat(limited.status()).as(limited.text()).isEqualTo(201);
    String id = limited.at("/limits/0/id");
    String demo = CLOUD.token("demo");
    assertThat(API.get(LIMITS, demo).json().at("/limits/0/resource_limit").asInt()).isEqualTo(99);
    assertThat(API.get(LIMITS + "/" + id, demo).at("/limit/resource_name")).isEqualTo("snapshot");
    assertThat(API.get(REGISTERED + "?resource_name=snapshot", demo).at("/registered_limits/0/id"))
        .isEqualTo(registered);
    Object more = Map.of("limit", Map.of("resource_limit", -1, "description", "all"));
    assertThat(
            API.patch(LIMITS + "/" + id, CLOUD.token("admin"), more)
                .json()
                .at("/limit/resource_limit")
                .asInt())
        .isEqualTo(-1);
    String inUse =
        "403 Unable to update or delete registered limit %s because there are project limits associated with it."
            .formatted(registered);
    String path = REGISTERED + "/" + registered;
    assertThat(refused(API.delete(path, CLOUD.token("admin")))).isEqualTo(inUse);
    Object renamed = Map.of("registered_limit", Map.of("resource_name", "other"));
    assertThat(refused(API.patch(path, CLOUD.token("admin"), renamed))).isEqualTo(inUse);
    Object larger = Map.of("registered_limit", Map.of("default_limit", 20));
    assertThat(API.patch(path, CLOUD.token("admin"), larger).status()).isEqualTo(200);
    assertThat(API.delete(LIMITS + "/" + id, CLOUD.token("admin")).status()).isEqualTo(204);
    assertThat(refused(API.get(LIMITS + "/" + id, demo)))
        .isEqualTo("404 Could not find limit for " + id + ".");
    assertThat(API.delete(path, CLOUD.token("admin")).status()).isEqualTo(204);
  }

  @Test
  void othersLimitsAreNotShown() {
    String service = service("hidden");
    register(of(service, "thing", "default_limit", 1));
    String other = CLOUD.make("projects", "project", Map.of("name", "limited"));
    Map<String, Object> wanted = of(service, "thing", "resource_limit", 5);
    wanted.put("project_id", other);
    String id = limit(wanted).at("/limits/0/id");
    String demo = CLOUD.token("demo");
    assertThat(API.get(LIMITS + "?service_id=" + service, demo).json().at("/limits").size())
        .isZero();
    assertThat(API.get(LIMITS + "/" + id, demo).status()).isEqualTo(404);
    String admin = CLOUD.token("admin");
    assertThat(API.get(LIMITS + "?project_id=" + other, admin).at("/limits/0/id")).isEqualTo(id);
    assertThat(API.post(LIMITS, demo, Map.of()).status()).isEqualTo(403);
    assertThat(API.post(REGISTERED, demo, Map.of()).status()).isEqualTo(403);
    assertThat(API.delete("/identity/v3/projects/" + other, admin).status()).isEqualTo(204);
    assertThat(API.get(LIMITS + "/" + id, admin).status()).isEqualTo(404);
  }

  @Test
  void refusesWhatCannotBe() {
    String service = service("strict");
    register(of(service, "thing", "default_limit", 1));
    assertThat(refused(register(of(service, "thing", "default_limit", 2))))
        .isEqualTo("409 Conflict occurred attempting to store registered_limit - Duplicate entry.");
    assertThat(refused(register(of("nothing", "thing", "default_limit", 2))))
        .startsWith("400 Expecting to find service_id or region_id in registered_limit.");
    assertThat(register(of(service, "low", "default_limit", -2)).status()).isEqualTo(400);
    Map<String, Object> unknown = of(service, "unknown", "resource_limit", 1);
    unknown.put("project_id", demoProject());
    assertThat(refused(limit(unknown)))
        .isEqualTo("403 Unable to create a limit that has no corresponding registered limit.");
    Map<String, Object> nobody = of(service, "thing", "resource_limit", 1);
    assertThat(limit(nobody).status()).isEqualTo(400);
    nobody.put("domain_id", "nothing");
    assertThat(refused(limit(nobody))).startsWith("400 Expecting to find project_id or domain_id");
    Map<String, Object> domain = of(service, "thing", "resource_limit", 1);
    domain.put("domain_id", "default");
    assertThat(limit(domain).status()).isEqualTo(201);
    assertThat(limit(domain).status()).isEqualTo(409);
  }

  @Test
  void saysThatItsModelIsFlat() {
    assertThat(API.get(LIMITS + "/model", CLOUD.token("demo")).at("/model/name")).isEqualTo("flat");
  }
}
