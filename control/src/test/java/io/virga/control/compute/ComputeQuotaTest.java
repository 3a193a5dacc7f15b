package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the limits tell is kept. */
final class ComputeQuotaTest extends ComputeFixture {

  private final String admin = api.token("of-admin", "admin", "member", "reader");

  @Test
  void keepsUsersToTheKeyPairsOfTheirProject() {
    limit("key_pairs", 1);
    assertThat(keyPair("one").status()).isEqualTo(200);
    Answer refused = keyPair("two");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.at("/forbidden/message")).contains("key_pairs", "already used 1 of 1");
    assertThat(
            api.get(ROOT + "limits", token).json().at("/limits/absolute/maxTotalKeypairs").asInt())
        .isEqualTo(1);
    assertThat(api.delete(ROOT + "os-keypairs/one", token).status()).isEqualTo(202);
    assertThat(keyPair("two").status()).isEqualTo(200);
  }

  @Test
  void keepsServerGroupsToTheirMembers() {
    limit("server_group_members", 2);
    assertThat(
            api.get(ROOT + "limits", token)
                .json()
                .at("/limits/absolute/maxServerGroupMembers")
                .asInt())
        .isEqualTo(2);
    String group =
        api.post(
                ROOT + "os-server-groups",
                token,
                Map.of("server_group", Map.of("name", "g", "policies", List.of("affinity"))))
            .at("/server_group/id");
    assertThat(inGroup(group, 3)).isEqualTo(403);
    assertThat(inGroup(group, 2)).isEqualTo(202);
    assertThat(inGroup(group, 1)).isEqualTo(403);
    assertThat(api.get(ROOT + "servers", token).json().at("/servers").size()).isEqualTo(2);
    assertThat(
            api.get(ROOT + "limits", token)
                .json()
                .at("/limits/absolute/totalInstancesUsed")
                .asInt())
        .as("what was refused is claimed of nothing")
        .isEqualTo(2);
  }

  @Test
  void putsNoFilesIntoServers() {
    Map<String, Object> body = body("vm", "1");
    body.put("personality", List.of(Map.of("path", "/etc/motd", "contents", "aGVsbG8=")));
    assertThat(api.post(ROOT + "servers", token, Map.of("server", body)).status()).isEqualTo(403);
    assertThat(api.send(version("2.57", "servers").POST(json(Map.of("server", body)))).status())
        .isEqualTo(400);
    body.put("personality", List.of());
    assertThat(api.post(ROOT + "servers", token, Map.of("server", body)).status()).isEqualTo(202);
  }

  @Test
  void keepsServersToTheirMetadata() {
    String id = running();
    String path = ROOT + "servers/" + id + "/metadata";
    Map<String, Object> many = Map.of("metadata", items(129));
    Answer refused = api.post(path, token, many);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.at("/forbidden/message")).contains("metadata_items", "at most 128");
    assertThat(api.put(path, token, many).status()).isEqualTo(403);
    assertThat(api.put(path, token, Map.of("metadata", items(128))).status()).isEqualTo(200);
    assertThat(api.post(path, token, Map.of("metadata", Map.of("one", "more"))).status())
        .isEqualTo(403);
    assertThat(api.put(path + "/more", token, Map.of("meta", Map.of("more", "1"))).status())
        .isEqualTo(403);
    Map<String, Object> body = body("vm", "1");
    body.put("metadata", items(129));
    assertThat(api.post(ROOT + "servers", token, Map.of("server", body)).status()).isEqualTo(403);
    Map<String, Object> image = Map.of("name", "image", "metadata", items(129));
    assertThat(act(id, Map.of("createImage", image))).isEqualTo(403);
  }

  private static Map<String, String> items(int count) {
    return IntStream.range(0, count)
        .boxed()
        .collect(Collectors.toMap(i -> "key" + i, i -> "value" + i));
  }

  private void limit(String name, int most) {
    assertThat(
            api.put(ROOT + "os-quota-sets/tenant", admin, Map.of("quota_set", Map.of(name, most)))
                .status())
        .isEqualTo(200);
  }

  private Answer keyPair(String name) {
    return api.post(ROOT + "os-keypairs", token, Map.of("keypair", Map.of("name", name)));
  }

  private int inGroup(String group, int count) {
    Map<String, Object> server = body("vm", "1");
    server.put("min_count", count);
    return api.post(
            ROOT + "servers",
            token,
            Map.of("server", server, "os:scheduler_hints", Map.of("group", group)))
        .status();
  }
}
