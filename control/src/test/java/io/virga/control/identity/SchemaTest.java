package io.virga.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Keystone's schemas do not let in, and the paths that it takes. */
final class SchemaTest {

  private static final String V3 = "/identity/v3/";
  private static final IdentityCloud CLOUD = new IdentityCloud();
  private static final TestApi API = CLOUD.api();

  @AfterAll
  static void close() {
    CLOUD.close();
  }

  private static String body(String thing, String members) {
    return "{\"%s\": {%s}}".formatted(thing, members);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "users|user|\"name\": \"a\", \"enabled\": %s",
        "projects|project|\"name\": \"a\", \"enabled\": %s",
        "projects|project|\"name\": \"a\", \"is_domain\": %s",
        "domains|domain|\"name\": \"a\", \"enabled\": %s",
        "services|service|\"type\": \"a\", \"enabled\": %s",
        "endpoints|endpoint|\"url\": \"http://a\", \"interface\": \"public\","
            + " \"service_id\": \"a\", \"enabled\": %s"
      })
  void aFlagIsTrueOrFalseAndNoText(String collection, String thing, String members) {
    for (String value : new String[] {"\"True\"", "\"false\"", "1", "null"}) {
      TestApi.Answer refused =
          API.post(V3 + collection, CLOUD.token("admin"), body(thing, members.formatted(value)));
      assertThat(refused.status()).as(value).isEqualTo(400);
      assertThat(refused.at("/error/message")).endsWith(value + " is not true or false");
    }
  }

  @ParameterizedTest
  @CsvSource({"users,user", "projects,project", "domains,domain", "groups,group", "roles,role"})
  void aNameIsNotBlank(String collection, String thing) {
    TestApi.Answer refused =
        API.post(V3 + collection, CLOUD.token("admin"), Map.of(thing, Map.of("name", "  ")));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.at("/error/message")).isEqualTo(thing + ".name: may not be blank");
  }

  @ParameterizedTest
  @CsvSource({
    "users,user",
    "projects,project",
    "domains,domain",
    "groups,group",
    "roles,role",
    "services,service",
    "endpoints,endpoint",
    "regions,region",
    "credentials,credential"
  })
  void aChangeNamesSomething(String collection, String thing) {
    TestApi.Answer refused =
        API.patch(V3 + collection + "/a", CLOUD.token("admin"), Map.of(thing, Map.of()));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.at("/error/message")).isEqualTo(thing + ": names nothing to be changed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"users/", "OS-TRUST/trusts/", "roles//", "auth/projects/"})
  void aSlashAtTheEndIsPassedOver(String path) {
    assertThat(API.get(V3 + path, CLOUD.token("admin")).status()).isEqualTo(200);
  }

  @Test
  void aSlashInsteadOfAnIdDeletesNothing() {
    assertThat(API.delete(V3 + "users/", CLOUD.token("admin")).status()).isEqualTo(405);
  }
}
