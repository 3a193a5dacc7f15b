package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flavors, key pairs, quotas, limits and versions, in the form of each version. */
final class ComputeInformationTest extends ComputeFixture {

  private final String admin = api.token("of-admin", "admin", "member", "reader");

  @Test
  void tellsItsVersions() {
    Answer all = api.get("/compute/", "");
    assertThat(all.at("/versions/0/id")).isEqualTo("v2.0");
    assertThat(all.at("/versions/1/version")).isEqualTo("2.73");
    for (int i = 0; i < 2; i++) {
      String href = all.at("/versions/" + i + "/links/0/href");
      Answer one = api.get(href.replace("http://virga.test", ""), "");
      assertThat(one.at("/version/links/0/href")).isEqualTo(href);
      assertThat(one.at("/version/media-types/0/base")).isEqualTo("application/json");
    }
  }

  @Test
  void quotasAndLimitsHaveWhatTheirVersionCounts() {
    String quotas = "os-quota-sets/tenant";
    assertThat(versioned("2.1", quotas).text())
        .contains("\"id\":\"tenant\"", "metadata_items", "floating_ips", "injected_files");
    assertThat(versioned("2.36", quotas).text()).doesNotContain("floating_ips");
    assertThat(versioned("2.57", quotas).text()).doesNotContain("injected");
    assertThat(versioned("2.1", quotas + "/defaults").json())
        .isEqualTo(versioned("2.1", quotas).json());
    assertThat(versioned("2.1", quotas + "/detail").json().at("/quota_set/cores").has("in_use"))
        .isTrue();
    Answer set =
        api.put(ROOT + quotas, admin, Map.of("quota_set", Map.of("cores", 7, "force", true)));
    assertThat(set.json().at("/quota_set/cores").asInt()).isEqualTo(7);
    assertThat(set.json().at("/quota_set").has("id")).isFalse();
    assertThat(api.delete(ROOT + quotas, admin).status()).isEqualTo(202);
    assertThat(versioned("2.1", quotas).json().at("/quota_set/cores").asInt()).isEqualTo(20);
    assertThat(versioned("2.1", "limits").text()).contains("maxSecurityGroups", "maxImageMeta");
    assertThat(versioned("2.57", "limits").text())
        .doesNotContain("maxSecurityGroups", "maxImageMeta", "maxPersonality");
  }

  @Test
  void makesCertificatesForUsers() {
    Map<String, Object> body = Map.of("keypair", Map.of("name", "windows", "type", "x509"));
    Answer made = api.send(version("2.2", "os-keypairs").POST(json(body)));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.at("/keypair/type")).isEqualTo("x509");
    assertThat(made.at("/keypair/public_key")).contains("BEGIN CERTIFICATE");
    assertThat(made.at("/keypair/private_key")).contains("BEGIN PRIVATE KEY");
    assertThat(made.at("/keypair/fingerprint")).matches("([0-9a-f]{2}:){19}[0-9a-f]{2}");
    Map<String, Object> given = new LinkedHashMap<>(Map.of("name", "given", "type", "x509"));
    given.put("public_key", made.at("/keypair/public_key"));
    Answer again = api.send(version("2.2", "os-keypairs").POST(json(Map.of("keypair", given))));
    assertThat(again.at("/keypair/fingerprint")).isEqualTo(made.at("/keypair/fingerprint"));
    given.put("name", "bad");
    given.put("public_key", "no certificate");
    assertThat(
            api.send(version("2.2", "os-keypairs").POST(json(Map.of("keypair", given)))).status())
        .isEqualTo(400);
    assertThat(versioned("2.2", "os-keypairs/windows").at("/keypair/type")).isEqualTo("x509");
    Answer page = versioned("2.35", "os-keypairs?limit=1");
    assertThat(page.json().at("/keypairs").size()).isEqualTo(1);
    assertThat(page.at("/keypairs_links/0/href")).contains("marker=given");
  }

  @Test
  void opensFlavorsToProjects() {
    Map<String, Object> flavor = new LinkedHashMap<>();
    flavor.put("name", "own");
    flavor.put("id", "own");
    flavor.put("vcpus", 1);
    flavor.put("ram", 64);
    flavor.put("disk", 1);
    flavor.put("swap", "");
    flavor.put("rxtx_factor", "2.5");
    flavor.put("os-flavor-access:is_public", false);
    Answer made = api.post(ROOT + "flavors", admin, Map.of("flavor", flavor));
    assertThat(made.status()).as(made.text()).isEqualTo(200);
    assertThat(made.json().at("/flavor/rxtx_factor").asDouble()).isEqualTo(2.5);
    assertThat(api.post(ROOT + "flavors", admin, Map.of("flavor", flavor)).status()).isEqualTo(409);
    assertThat(versioned("2.1", "flavors/own").status()).isEqualTo(404);
    assertThat(create(admin, body("vm", "1"))).isNotEmpty();
    Map<String, Object> mine = Map.of("tenant", "tenant");
    Answer opened = api.post(ROOT + "flavors/own/action", admin, Map.of("addTenantAccess", mine));
    assertThat(opened.at("/flavor_access/0/tenant_id")).isEqualTo("tenant");
    assertThat(
            api.post(ROOT + "flavors/own/action", admin, Map.of("addTenantAccess", mine)).status())
        .isEqualTo(409);
    assertThat(versioned("2.1", "flavors/own").status()).isEqualTo(200);
    assertThat(api.get(ROOT + "flavors/1/os-flavor-access", admin).status()).isEqualTo(404);
    api.post(ROOT + "flavors/own/action", admin, Map.of("removeTenantAccess", mine));
    assertThat(versioned("2.1", "flavors/own").status()).isEqualTo(404);
  }

  @Test
  void keepsExtraSpecsAndShowsThemInServers() {
    String specs = ROOT + "flavors/1/os-extra_specs";
    assertThat(
            api.post(specs, admin, Map.of("extra_specs", Map.of("hw:cpu_policy", "shared")))
                .status())
        .isEqualTo(200);
    assertThat(api.put(specs + "/a", admin, Map.of("a", "1")).text()).isEqualTo("{\"a\":\"1\"}");
    assertThat(api.put(specs + "/a", admin, Map.of("b", "1")).status()).isEqualTo(400);
    assertThat(api.get(specs + "/a", token).text()).isEqualTo("{\"a\":\"1\"}");
    assertThat(versioned("2.61", "flavors/1").at("/flavor/extra_specs/a")).isEqualTo("1");
    assertThat(versioned("2.60", "flavors/1").json().at("/flavor").has("extra_specs")).isFalse();
    assertThat(api.delete(specs + "/a", admin).status()).isEqualTo(200);
    assertThat(api.delete(specs + "/a", admin).status()).isEqualTo(404);
    String id = create();
    assertThat(versioned("2.47", "servers/" + id).at("/server/flavor/extra_specs/hw:cpu_policy"))
        .isEqualTo("shared");
  }

  @ParameterizedTest
  @CsvSource({"sort_key=memory_mb&sort_dir=desc,5", "minRam=8192,4", "limit=1&marker=2,3"})
  void sortsAndFiltersFlavors(String query, String first) {
    assertThat(versioned("2.1", "flavors?" + query).at("/flavors/0/id")).isEqualTo(first);
  }
}
