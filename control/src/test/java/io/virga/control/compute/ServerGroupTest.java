package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Server groups, and where their servers are put; of two hosts the second has more memory. */
final class ServerGroupTest extends ComputeFixture {

  private final String admin = api.token("of-admin", "admin", "member", "reader");

  @BeforeEach
  void connectAnother() {
    connect("two", 4096);
  }

  @ParameterizedTest
  @CsvSource({
    "affinity,two two two",
    "anti-affinity,one two ERROR",
    "soft-affinity,two two two",
    "soft-anti-affinity,one two two",
    "none,two two two",
  })
  void placesTogetherOrApart(String policy, String expected) {
    String group = policy.equals("none") ? "" : group("2.15", policy);
    List<String> hosts = IntStream.range(0, 3).mapToObj(i -> hostOf(group)).toList();
    assertThat(hosts).containsExactlyInAnyOrder(expected.split(" "));
  }

  @Test
  void letsSomeOfAnAntiAffinityGroupBeTogether() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", "apart");
    body.put("policy", "anti-affinity");
    body.put("rules", Map.of("max_server_per_host", 2));
    Answer made =
        api.send(version("2.64", "os-server-groups").POST(json(Map.of("server_group", body))));
    assertThat(made.json().at("/server_group/rules/max_server_per_host").asInt())
        .as(made.text())
        .isEqualTo(2);
    String group = made.at("/server_group/id");
    List<String> hosts = IntStream.range(0, 5).mapToObj(i -> hostOf(group)).toList();
    assertThat(hosts).containsExactlyInAnyOrder("one", "one", "two", "two", "ERROR");
  }

  @Test
  void placesManyOfAGroupInOneRequest() {
    Map<String, Object> server = body("vm", "1");
    server.put("min_count", 3);
    String group = group("2.1", "anti-affinity");
    Map<String, Object> request =
        Map.of("server", server, "os:scheduler_hints", Map.of("group", group));
    assertThat(api.post(ROOT + "servers", token, request).status()).isEqualTo(202);
    assertThat(api.get(ROOT + "servers?status=error", token).json().at("/servers").size())
        .isEqualTo(1);
    assertThat(
            versioned("2.64", "os-server-groups/" + group)
                .json()
                .at("/server_group/members")
                .size())
        .isEqualTo(3);
  }

  @Test
  void showsEachVersionItsForm() {
    String id = group("2.1", "affinity");
    assertThat(versioned("2.1", "os-server-groups/" + id).text())
        .contains("\"policies\":[\"affinity\"]", "metadata")
        .doesNotContain("project_id");
    assertThat(versioned("2.64", "os-server-groups/" + id).text())
        .contains("\"policy\":\"affinity\"", "\"rules\":{}", "project_id")
        .doesNotContain("metadata");
    String other = api.token("other", "member", "reader");
    assertThat(api.get(ROOT + "os-server-groups/" + id, other).status()).isEqualTo(404);
    assertThat(api.get(ROOT + "os-server-groups", other).text()).doesNotContain(id);
    String server = hostOf(id).isEmpty() ? "" : onlyServer();
    assertThat(versioned("2.71", "servers/" + server).text()).contains("[\"" + id + "\"]");
    assertThat(api.delete(ROOT + "os-server-groups/" + id, token).status()).isEqualTo(204);
    assertThat(api.get(ROOT + "os-server-groups/" + id, token).status()).isEqualTo(404);
    assertThat(versioned("2.71", "servers/" + server).text()).contains("\"server_groups\":[]");
  }

  @Test
  void refusesPoliciesAndGroupsThatThereAreNot() {
    assertThat(make("2.1", Map.of("name", "x", "policies", List.of("soft-affinity"))).status())
        .isEqualTo(400);
    assertThat(
            make("2.1", Map.of("name", "x", "policies", List.of("affinity", "anti-affinity")))
                .status())
        .isEqualTo(400);
    Map<String, Object> rules = new LinkedHashMap<>();
    rules.put("name", "x");
    rules.put("policy", "affinity");
    rules.put("rules", Map.of("max_server_per_host", 2));
    assertThat(make("2.64", rules).status()).isEqualTo(400);
    Map<String, Object> request =
        Map.of(
            "server",
            body("vm", "1"),
            "os:scheduler_hints",
            Map.of("group", UUID.randomUUID().toString()));
    assertThat(api.post(ROOT + "servers", token, request).status()).isEqualTo(400);
    IntStream.range(0, 10).forEach(i -> group("2.1", "affinity"));
    assertThat(make("2.1", Map.of("name", "x", "policies", List.of("affinity"))).status())
        .as("over quota")
        .isEqualTo(403);
  }

  private String onlyServer() {
    return api.get(ROOT + "servers", token).at("/servers/0/id");
  }

  private String group(String version, String policy) {
    Answer made = make(version, Map.of("name", policy, "policies", List.of(policy)));
    assertThat(made.status()).as(made.text()).isEqualTo(200);
    return made.at("/server_group/id");
  }

  private Answer make(String version, Map<String, Object> group) {
    return api.send(version(version, "os-server-groups").POST(json(Map.of("server_group", group))));
  }

  /** The host of a new server of the group. */
  private String hostOf(String group) {
    Map<String, Object> request = new LinkedHashMap<>(Map.of("server", body("vm", "1")));
    if (!group.isEmpty()) {
      request.put("os:scheduler_hints", Map.of("group", group));
    }
    Answer made = api.post(ROOT + "servers", token, request);
    assertThat(made.status()).as(made.text()).isEqualTo(202);
    Answer shown = api.get(ROOT + "servers/" + made.at("/server/id"), admin);
    String host = shown.at("/server/OS-EXT-SRV-ATTR:host");
    return host.isEmpty() ? "ERROR" : host;
  }
}
