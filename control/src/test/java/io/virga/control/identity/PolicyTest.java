package io.virga.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Policies that are kept for services, and for which endpoints they are. */
final class PolicyTest {

  private static final String V3 = "/identity/v3/";
  private static final IdentityCloud CLOUD = new IdentityCloud();
  private static final TestApi API = CLOUD.api();

  private static String service = "";
  private static String north = "";
  private static String far = "";

  @BeforeAll
  static void makeEndpoints() {
    service = CLOUD.make("services", "service", Map.of("type", "dns"));
    CLOUD.make("regions", "region", Map.of("id", "North"));
    CLOUD.make("regions", "region", Map.of("id", "Far", "parent_region_id", "North"));
    north = endpoint("North");
    far = endpoint("Far");
  }

  @AfterAll
  static void close() {
    CLOUD.close();
  }

  private static String endpoint(String region) {
    return CLOUD.make(
        "endpoints",
        "endpoint",
        Map.of(
            "service_id", service, "interface", "public", "region_id", region, "url", "http://d"));
  }

  private static String admin() {
    return CLOUD.token("admin");
  }

  private static String policy(String blob) {
    return CLOUD.make(
        "policies", "policy", Map.of("type", "application/json", "blob", blob, "colour", "blue"));
  }

  private static String said(TestApi.Answer answer) {
    return answer.status() + " " + answer.at("/error/message");
  }

  private static String of(String policy, String target) {
    return V3 + "policies/" + policy + "/OS-ENDPOINT-POLICY/" + target;
  }

  private static void associate(String policy, String target) {
    TestApi.Answer made = API.put(of(policy, target), admin(), "");
    assertThat(made.status()).as(made.text()).isEqualTo(204);
  }

  private static String effective(String endpoint) {
    TestApi.Answer answer =
        API.get(V3 + "endpoints/" + endpoint + "/OS-ENDPOINT-POLICY/policy", admin());
    return answer.status() == 200 ? answer.at("/policy/id") : said(answer);
  }

  @Test
  void isKeptAsItCame() {
    String id = policy("{\"a\": \"role:b\"}");
    String path = V3 + "policies/" + id;
    assertThat(API.get(path, admin()).at("/policy/blob")).isEqualTo("{\"a\": \"role:b\"}");
    assertThat(API.get(path, admin()).at("/policy/colour")).isEqualTo("blue");
    Object typed = Map.of("policy", Map.of("type", "text/plain"));
    assertThat(API.patch(path, admin(), typed).at("/policy/type")).isEqualTo("text/plain");
    assertThat(
            API.get(V3 + "policies?type=text/plain", admin())
                .json()
                .at("/policies")
                .findValuesAsString("id"))
        .containsExactly(id);
    Object bare = Map.of("policy", Map.of("type", "text/plain"));
    assertThat(said(API.post(V3 + "policies", admin(), bare)))
        .isEqualTo("400 policy.blob: is required");
    Object large = Map.of("policy", Map.of("type", "a", "blob", "x".repeat((64 << 10) + 1)));
    assertThat(API.post(V3 + "policies", admin(), large).status()).isEqualTo(400);
    assertThat(API.get(V3 + "policies", CLOUD.token("demo")).status()).isEqualTo(403);
    assertThat(API.delete(path, admin()).status()).isEqualTo(204);
    assertThat(said(API.get(path, admin()))).isEqualTo("404 Could not find policy: " + id + ".");
  }

  @Test
  void theNearestIsAnEndpointsOwn() {
    assertThat(effective(far)).isEqualTo("404 No policy is associated with endpoint " + far + ".");
    String ofService = policy("service");
    String ofNorth = policy("north");
    String ofFar = policy("far");
    String own = policy("own");
    associate(ofService, "services/" + service);
    assertThat(effective(far)).isEqualTo(ofService);
    associate(ofNorth, "services/%s/regions/North".formatted(service));
    assertThat(effective(far)).isEqualTo(ofNorth);
    associate(ofFar, "services/%s/regions/Far".formatted(service));
    assertThat(effective(far)).isEqualTo(ofFar);
    assertThat(effective(north)).isEqualTo(ofNorth);
    associate(own, "endpoints/" + far);
    assertThat(effective(far)).isEqualTo(own);
    assertThat(endpoints(ofNorth)).containsExactlyInAnyOrder(north, far);
    assertThat(endpoints(ofFar)).containsExactly(far);
    assertThat(endpoints(own)).containsExactly(far);
    String another = policy("another");
    associate(another, "endpoints/" + far);
    assertThat(effective(far)).isEqualTo(another);
    assertThat(endpoints(own)).isEmpty();
    String path = of(another, "endpoints/" + far);
    assertThat(API.get(path, admin()).status()).isEqualTo(204);
    assertThat(API.call("HEAD", path, admin(), null).status()).isEqualTo(204);
    assertThat(API.delete(path, admin()).status()).isEqualTo(204);
    assertThat(said(API.get(path, admin()))).isEqualTo("404 Could not find policy association.");
    assertThat(said(API.delete(path, admin()))).isEqualTo("404 Could not find policy association.");
    API.delete(V3 + "policies/" + ofFar, admin());
    assertThat(effective(far)).isEqualTo(ofNorth);
  }

  private static List<String> endpoints(String policy) {
    return API.get(of(policy, "endpoints"), admin())
        .json()
        .at("/endpoints")
        .findValuesAsString("id");
  }

  @Test
  void saysWhatIsNotThere() {
    String id = policy("lost");
    assertThat(said(API.put(of("none", "endpoints/none"), admin(), "")))
        .isEqualTo("404 Could not find policy: none.");
    assertThat(said(API.put(of(id, "endpoints/none"), admin(), "")))
        .isEqualTo("404 Could not find endpoint: none.");
    assertThat(said(API.put(of(id, "services/none"), admin(), "")))
        .isEqualTo("404 Could not find service: none.");
    assertThat(said(API.put(of(id, "services/%s/regions/none".formatted(service)), admin(), "")))
        .isEqualTo("404 Could not find region: none.");
    assertThat(API.put(of(id, "services/" + service), CLOUD.token("demo"), "").status())
        .isEqualTo(403);
  }
}
