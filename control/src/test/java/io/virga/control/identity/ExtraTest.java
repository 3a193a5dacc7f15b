package io.virga.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import io.virga.dataplane.json.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attributes that mean nothing here are kept and shown, and stand for nothing else. */
final class ExtraTest {

  private static final String V3 = "/identity/v3/";
  private static final IdentityCloud CLOUD = new IdentityCloud();
  private static final TestApi API = CLOUD.api();

  @AfterAll
  static void close() {
    CLOUD.close();
  }

  private static TestApi.Answer user(String name, Map<String, Object> more) {
    Map<String, Object> body = new HashMap<>(more);
    body.put("name", name);
    return API.post(V3 + "users", CLOUD.token("admin"), Map.of("user", body));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "users|user|{\"name\": \"extra\"}",
        "projects|project|{\"name\": \"extra\"}",
        "domains|domain|{\"name\": \"extra\"}",
        "groups|group|{\"name\": \"extra\"}",
        "roles|role|{\"name\": \"extra\"}",
        "services|service|{\"type\": \"extra\"}",
        "regions|region|{\"id\": \"extra\"}",
        "credentials|credential|{\"type\": \"note\", \"blob\": \"extra\"}"
      })
  void areKeptShownAndChanged(String collection, String thing, String members) {
    assertKept(collection, thing, map(members));
  }

  @Test
  void areKeptOfEndpointsAndKeyPairsToo() {
    String service = CLOUD.make("services", "service", Map.of("type", "of-endpoint"));
    assertKept(
        "endpoints",
        "endpoint",
        Map.of("service_id", service, "interface", "public", "url", "http://extra"));
    String project = CLOUD.make("projects", "project", Map.of("name", "of-pair"));
    assertKept(
        "credentials",
        "credential",
        Map.of(
            "type",
            "ec2",
            "project_id",
            project,
            "blob",
            "{\"access\": \"AKEXTRA\", \"secret\": \"S\"}"));
  }

  private static Map<String, Object> map(String json) {
    return Json.mapper().readTree(json).properties().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, member -> member.getValue().asString()));
  }

  private static void assertKept(String collection, String thing, Map<String, Object> members) {
    Map<String, Object> body = new HashMap<>(members);
    body.put("colour", "blue");
    body.put("sizes", Map.of("waist", 34, "legs", new int[] {1, 2}));
    String admin = CLOUD.token("admin");
    String path = V3 + collection + "/" + CLOUD.make(collection, thing, body);
    TestApi.Answer shown = API.get(path, admin);
    assertThat(shown.at("/" + thing + "/colour")).isEqualTo("blue");
    assertThat(shown.json().at("/" + thing + "/sizes/legs/1").asInt()).isEqualTo(2);
    TestApi.Answer changed =
        API.patch(path, admin, Map.of(thing, Map.of("colour", "red", "fit", true)));
    assertThat(changed.status()).as(changed.text()).isEqualTo(200);
    TestApi.Answer after = API.get(path, admin);
    assertThat(after.at("/" + thing + "/colour")).isEqualTo("red");
    assertThat(after.json().at("/" + thing + "/fit").asBoolean()).isTrue();
    assertThat(after.json().at("/" + thing + "/sizes/waist").asInt()).isEqualTo(34);
    assertThat(API.get(V3 + collection, admin).text()).contains("\"colour\":\"red\"");
  }

  @Test
  void standForNoAttributeThatMeansSomething() {
    Map<String, Object> sly =
        Map.of(
            "id", "mine",
            "links", Map.of("self", "http://elsewhere"),
            "password", "secret-1",
            "original_password", "secret-0",
            "password_expires_at", "2999-01-01T00:00:00Z",
            "federated", "x");
    TestApi.Answer made = user("shadow", sly);
    assertThat(made.at("/user/id")).isNotEqualTo("mine").hasSize(32);
    assertThat(made.at("/user/links/self")).startsWith("http://virga.test/");
    assertThat(made.text()).doesNotContain("secret-", "2999", "federated");
    String path = V3 + "users/" + made.at("/user/id");
    Object more = Map.of("user", Map.of("original_password", "secret-2", "id", "other"));
    API.patch(path, CLOUD.token("admin"), more);
    assertThat(API.get(path, CLOUD.token("admin")).text()).doesNotContain("secret-", "other");
    assertThat(
            API.database()
                .sql("SELECT extra::text AS extra FROM identity_user WHERE name = 'shadow'")
                .one(row -> row.text("extra"))
                .block(IdentityCloud.SOON))
        .isEqualTo("{}");
  }

  @Test
  void areBounded() {
    Map<String, Object> many =
        IntStream.range(0, 65).boxed().collect(Collectors.toMap(i -> "a" + i, i -> i));
    assertThat(user("many", many).status()).isEqualTo(400);
    many.remove("a0");
    TestApi.Answer most = user("most", many);
    assertThat(most.status()).isEqualTo(201);
    String path = V3 + "users/" + most.at("/user/id");
    Object oneMore = Map.of("user", Map.of("one-more", 1));
    assertThat(API.patch(path, CLOUD.token("admin"), oneMore).status()).isEqualTo(400);
    assertThat(user("large", Map.of("text", "x".repeat(16 << 10))).status()).isEqualTo(400);
    assertThat(user("large", Map.of("text", "x".repeat(16 << 9))).status()).isEqualTo(201);
    assertThat(user("long", Map.of("n".repeat(256), 1)).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"a\": \"\\u0000\"",
        "\"a\\u0000\": 1",
        "\"a\": [{\"b\": \"\\ud800\"}]",
        "\"a\": {\"\\udc00\": 1}",
        "\"a\": 1e999",
        "\"a\": [-1e999]"
      })
  void whatCannotBeKeptIsRefused(String member) {
    TestApi.Answer refused =
        API.post(
            V3 + "users",
            CLOUD.token("admin"),
            "{\"user\": {\"name\": \"odd\", %s}}".formatted(member));
    assertThat(refused.status()).as(refused.text()).isEqualTo(400);
  }
}
