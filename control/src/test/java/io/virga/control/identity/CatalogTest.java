package io.virga.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.identity.catalog.Catalog;
import io.virga.control.testing.TestApi;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class CatalogTest {

  private static final String V3 = "/identity/v3/";
  private static final IdentityCloud CLOUD = new IdentityCloud();
  private static final TestApi API = CLOUD.api();

  @AfterAll
  static void close() {
    CLOUD.close();
  }

  private static String endpoint(String service, String url) {
    return CLOUD.make(
        "endpoints",
        "endpoint",
        Map.of("service_id", service, "interface", "public", "region_id", "RegionOne", "url", url));
  }

  private static String catalogOf(String token) {
    return CLOUD.shown(token).json().at("/token/catalog").toString();
  }

  @Test
  void anEndpointIsInTokensFromWhenItIsMadeUntilItIsGone() {
    String service = CLOUD.make("services", "service", Map.of("type", "dns", "name", "named"));
    String endpoint = endpoint(service, "http://dns.test/%(project_id)s/$(user_id)s/100%%");
    TestApi.Answer demo = CLOUD.shown(CLOUD.token("demo"));
    assertThat(demo.json().at("/token/catalog").toString())
        .contains(
            "http://dns.test/%s/%s/100%%\""
                .formatted(demo.at("/token/project/id"), demo.at("/token/user/id")));
    String unscoped =
        CLOUD.login("admin", "admin-pw", IdentityCloud.SYSTEM).header("X-Subject-Token");
    assertThat(catalogOf(unscoped)).contains("keystone").doesNotContain("dns.test");
    String path = V3 + "endpoints/" + endpoint;
    String admin = CLOUD.token("admin");
    API.patch(path, admin, Map.of("endpoint", Map.of("enabled", false)));
    assertThat(catalogOf(admin)).doesNotContain("dns.test");
    API.patch(path, admin, Map.of("endpoint", Map.of("enabled", true)));
    assertThat(catalogOf(admin)).contains("dns.test");
    assertThat(API.delete(V3 + "services/" + service, admin).status()).isEqualTo(204);
    assertThat(catalogOf(admin)).doesNotContain("dns.test");
    assertThat(API.get(path, admin).status()).isEqualTo(404);
  }

  @Test
  void changesAServiceAndFindsItByTypeAndName() {
    String id = CLOUD.make("services", "service", Map.of("type", "metering", "name", "ceilo"));
    String admin = CLOUD.token("admin");
    Object change = Map.of("service", Map.of("description", "counts", "name", "meter"));
    assertThat(API.patch(V3 + "services/" + id, admin, change).at("/service/description"))
        .isEqualTo("counts");
    assertThat(API.get(V3 + "services?type=metering", admin).at("/services/0/name"))
        .isEqualTo("meter");
    assertThat(API.get(V3 + "services?name__icontains=MET", admin).at("/services/0/id"))
        .isEqualTo(id);
    TestApi.Answer gone = API.get(V3 + "services/none", admin);
    assertThat(gone.status()).isEqualTo(404);
    assertThat(gone.at("/error/message")).isEqualTo("Could not find service: none.");
  }

  @Test
  void refusesEndpointsThatCannotBe() {
    String admin = CLOUD.token("admin");
    String service = CLOUD.make("services", "service", Map.of("type", "refusing"));
    assertThat(
            refused(admin, Map.of("service_id", service, "interface", "public", "url", "nowhere")))
        .isEqualTo("400 Cannot create an endpoint with an invalid URL: nowhere.");
    assertThat(
            refused(
                admin,
                Map.of("service_id", service, "interface", "public", "url", "http://a/%(secret)s")))
        .startsWith("400 Cannot create an endpoint with an invalid URL");
    assertThat(refused(admin, Map.of("service_id", "x", "interface", "public", "url", "http://a")))
        .startsWith("400 Expecting to find endpoint service_id in service table.");
    assertThat(
            refused(admin, Map.of("service_id", service, "interface", "open", "url", "http://a")))
        .startsWith("400 endpoint.interface: 'open' is not one of");
    Map<String, Object> nowhere =
        Map.of("service_id", service, "interface", "admin", "url", "http://a", "region_id", "Mars");
    assertThat(refused(admin, nowhere))
        .startsWith("400 Expecting to find endpoint region_id in region table.");
  }

  private static String refused(String token, Map<String, Object> endpoint) {
    TestApi.Answer answer = API.post(V3 + "endpoints", token, Map.of("endpoint", endpoint));
    return answer.status() + " " + answer.at("/error/message");
  }

  @Test
  void aRegionThatIsCalledByTheOlderWordIsMade() {
    String admin = CLOUD.token("admin");
    String service = CLOUD.make("services", "service", Map.of("type", "elsewhere"));
    Object body =
        Map.of("service_id", service, "interface", "public", "url", "http://a", "region", "Old");
    TestApi.Answer made = API.post(V3 + "endpoints", admin, Map.of("endpoint", body));
    assertThat(made.at("/endpoint/region_id")).isEqualTo("Old");
    assertThat(API.get(V3 + "regions/Old", admin).status()).isEqualTo(200);
    TestApi.Answer busy = API.delete(V3 + "regions/Old", admin);
    assertThat(busy.status()).isEqualTo(403);
    assertThat(busy.at("/error/message"))
        .isEqualTo(
            "Unable to delete region Old because it or its child regions have associated"
                + " endpoints.");
  }

  @Test
  void regionsAreWithinEachOtherWithoutCircles() {
    String admin = CLOUD.token("admin");
    Object north = Map.of("region", Map.of("description", "cold"));
    assertThat(API.put(V3 + "regions/north", admin, north).status()).isEqualTo(201);
    Object inner = Map.of("region", Map.of("id", "inner", "parent_region_id", "north"));
    assertThat(API.post(V3 + "regions", admin, inner).status()).isEqualTo(201);
    assertThat(API.post(V3 + "regions", admin, inner).at("/error/message"))
        .isEqualTo("Conflict occurred attempting to store region - Duplicate ID, inner.");
    assertThat(API.get(V3 + "regions?parent_region_id=north", admin).at("/regions/0/id"))
        .isEqualTo("inner");
    Object itself = Map.of("region", Map.of("id", "ring", "parent_region_id", "ring"));
    assertThat(API.post(V3 + "regions", admin, itself).status()).isEqualTo(404);
    Object circle = Map.of("region", Map.of("parent_region_id", "inner"));
    TestApi.Answer refused = API.patch(V3 + "regions/north", admin, circle);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.at("/error/message"))
        .isEqualTo("The specified parent region inner would create a circular region hierarchy.");
    Object orphan = Map.of("region", Map.of("parent_region_id", "nothing"));
    assertThat(API.post(V3 + "regions", admin, orphan).status()).isEqualTo(404);
    assertThat(API.put(V3 + "regions/a", admin, Map.of("region", Map.of("id", "b"))).status())
        .isEqualTo(400);
    assertThat(API.delete(V3 + "regions/north", admin).status()).isEqualTo(204);
    assertThat(API.get(V3 + "regions/inner", admin).status()).isEqualTo(404);
  }

  @Test
  void tenantsReadRegionsAloneAndChangeNothing() {
    String demo = CLOUD.token("demo");
    assertThat(API.get(V3 + "regions", demo).status()).isEqualTo(200);
    for (String path : List.of("services", "endpoints")) {
      assertThat(API.get(V3 + path, demo).status()).as(path).isEqualTo(403);
    }
    for (String path : List.of("services", "endpoints", "regions")) {
      assertThat(API.post(V3 + path, demo, Map.of()).status()).as(path).isEqualTo(403);
      assertThat(API.delete(V3 + path + "/RegionOne", demo).status()).as(path).isEqualTo(403);
    }
  }

  @Test
  void theConfigurationMovesWhatItGaveAndBringsNothingBack() {
    try (IdentityCloud cloud = new IdentityCloud()) {
      String admin = cloud.token("admin");
      String list = V3 + "endpoints?interface=public&service_id=";
      String s3 = cloud.api().get(V3 + "services?type=s3", admin).at("/services/0/id");
      String swift = cloud.api().get(V3 + "services?type=object-store", admin).at("/services/0/id");
      String own = cloud.api().get(list + swift, admin).at("/endpoints/0/id");
      Object mine = Map.of("endpoint", Map.of("url", "http://mine.test/"));
      cloud.api().patch(V3 + "endpoints/" + own, admin, mine);
      Catalog again = new Catalog(cloud.api().database());
      again.start(IdentityCloud.configured("moved.test")).block(IdentityCloud.SOON);
      assertThat(cloud.api().get(list + s3, admin).at("/endpoints/0/url"))
          .isEqualTo("http://moved.test:8710");
      assertThat(cloud.api().get(list + swift, admin).at("/endpoints/0/url"))
          .isEqualTo("http://mine.test/");
      assertThat(cloud.api().delete(V3 + "services/" + s3, admin).status()).isEqualTo(204);
      again.start(IdentityCloud.configured("moved.test")).block(IdentityCloud.SOON);
      assertThat(cloud.api().get(V3 + "services/" + s3, admin).status()).isEqualTo(404);
    }
  }
}
