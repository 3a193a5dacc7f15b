package io.virga.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What domains say of their own drivers: kept and shown, but for the password. */
final class DomainConfigTest {

  private static final String V3 = "/identity/v3/";
  private static final String WRONG = "403 Invalid domain specific configuration: ";
  private static final IdentityCloud CLOUD = new IdentityCloud();
  private static final TestApi API = CLOUD.api();

  @AfterAll
  static void close() {
    CLOUD.close();
  }

  private static String admin() {
    return CLOUD.token("admin");
  }

  private static String domain(String name) {
    return CLOUD.make("domains", "domain", Map.of("name", name));
  }

  private static String config(String domain) {
    return V3 + "domains/" + domain + "/config";
  }

  private static Object body(Object config) {
    return Map.of("config", config);
  }

  private static String said(TestApi.Answer answer) {
    return answer.status() + " " + answer.at("/error/message");
  }

  private static String shown(TestApi.Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().at("/config").toString();
  }

  @Test
  void isKeptReplacedChangedAndDeleted() {
    String domain = domain("kept");
    String path = config(domain);
    assertThat(said(API.get(path, admin())))
        .isEqualTo(
            "404 Could not find any options in domain configuration for domain " + domain + ".");
    Object first =
        Map.of(
            "identity", Map.of("driver", "ldap"),
            "ldap", Map.of("url", "ldap://a", "page_size", 10));
    TestApi.Answer made = API.put(path, admin(), body(first));
    assertThat(made.status()).isEqualTo(201);
    String all =
        "{\"identity\":{\"driver\":\"ldap\"},\"ldap\":{\"page_size\":10,\"url\":\"ldap://a\"}}";
    assertThat(shown(API.get(path, admin()))).isEqualTo(all);
    assertThat(shown(API.get(path + "/ldap/page_size", admin()))).isEqualTo("{\"page_size\":10}");
    assertThat(shown(API.get(path + "/identity", admin())))
        .isEqualTo("{\"identity\":{\"driver\":\"ldap\"}}");
    Object group = Map.of("ldap", Map.of("url", "ldap://b", "suffix", "dc=b"));
    assertThat(shown(API.patch(path + "/ldap", admin(), body(group))))
        .contains("\"suffix\":\"dc=b\"", "\"page_size\":10", "ldap://b", "\"driver\":\"ldap\"");
    Object option = Map.of("suffix", "dc=c");
    assertThat(shown(API.patch(path + "/ldap/suffix", admin(), body(option)))).contains("dc=c");
    Object whole = Map.of("identity", Map.of("list_limit", 5));
    assertThat(shown(API.patch(path, admin(), body(whole)))).contains("\"list_limit\":5", "dc=c");
    assertThat(API.delete(path + "/ldap/suffix", admin()).status()).isEqualTo(204);
    assertThat(said(API.delete(path + "/ldap/suffix", admin())))
        .isEqualTo(
            "404 Could not find option suffix in group ldap in domain configuration for domain "
                + domain
                + ".");
    assertThat(API.delete(path + "/ldap", admin()).status()).isEqualTo(204);
    assertThat(said(API.get(path + "/ldap", admin())))
        .isEqualTo(
            "404 Could not find group ldap in domain configuration for domain " + domain + ".");
    TestApi.Answer anew = API.put(path, admin(), body(Map.of("ldap", Map.of("user", "cn=a"))));
    assertThat(shown(anew)).isEqualTo("{\"ldap\":{\"user\":\"cn=a\"}}");
    assertThat(shown(API.get(path, admin()))).isEqualTo("{\"ldap\":{\"user\":\"cn=a\"}}");
    assertThat(API.delete(path, admin()).status()).isEqualTo(204);
    assertThat(API.get(path, admin()).status()).isEqualTo(404);
    assertThat(API.delete(path, admin()).status()).isEqualTo(204);
  }

  @Test
  void thePasswordIsTakenAndNeverShown() {
    String path = config(domain("secret"));
    Object config = Map.of("ldap", Map.of("user", "cn=a", "password", "hidden-1"));
    TestApi.Answer made = API.put(path, admin(), body(config));
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.text()).doesNotContain("hidden-", "password");
    assertThat(API.get(path, admin()).text()).doesNotContain("hidden-", "password");
    assertThat(API.get(path + "/ldap/password", admin()).status()).isEqualTo(404);
    TestApi.Answer changed =
        API.patch(path + "/ldap/password", admin(), body(Map.of("password", "hidden-2")));
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.text()).doesNotContain("hidden-", "password");
    assertThat(
            API.database()
                .sql(
                    "SELECT value::text AS value FROM identity_domain_config"
                        + " WHERE option_name = 'password'")
                .one(row -> row.text("value"))
                .block(IdentityCloud.SOON))
        .isEqualTo("\"hidden-2\"");
    assertThat(said(API.get(V3 + "domains/config/ldap/password/default", admin())))
        .isEqualTo(
            WRONG + "Reading the default for option password in group ldap is not supported.");
    assertThat(API.delete(path + "/ldap/password", admin()).status()).isEqualTo(204);
    assertThat(API.delete(path + "/ldap/password", admin()).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|{}|No options specified.",
        "''|{\"ldap\": {}}|The value of group ldap specified in the config should be a dictionary"
            + " of options.",
        "''|{\"ldap\": 1}|The value of group ldap specified in the config should be a dictionary"
            + " of options.",
        "''|{\"sql\": {\"a\": 1}}|Group sql is not supported for domain specific configurations.",
        "''|{\"ldap\": {\"colour\": 1}}|Option colour in group ldap is not supported for domain"
            + " specific configurations.",
        "/ldap|{\"identity\": {\"driver\": \"a\"}}|request to update group ldap, but config"
            + " provided contains group identity instead.",
        "/ldap/url|{\"user\": \"a\"}|Trying to update option url in group ldap, but config provided"
            + " contains option user instead."
      })
  void refusesWhatKeystoneDoes(String place, String config, String why) {
    String path = config("default") + place;
    assertThat(said(API.patch(path, admin(), "{\"config\": " + config + "}")))
        .isEqualTo(WRONG + why);
  }

  @Test
  void isBoundedAndChangesNothingThatIsNotThere() {
    String domain = domain("bounded");
    String path = config(domain);
    Object long4k = Map.of("ldap", Map.of("url", "x".repeat(4096)));
    assertThat(API.put(path, admin(), body(long4k)).status()).isEqualTo(400);
    assertThat(API.get(path, admin()).status()).isEqualTo(404);
    Object group = Map.of("ldap", Map.of("url", "ldap://a"));
    assertThat(said(API.patch(path + "/ldap", admin(), body(group))))
        .isEqualTo(
            "404 Could not find group ldap in domain configuration for domain " + domain + ".");
    assertThat(said(API.put(config("none"), admin(), body(group))))
        .isEqualTo("404 Could not find domain: none.");
    assertThat(API.put(path, CLOUD.token("demo"), body(group)).status()).isEqualTo(403);
    assertThat(API.get(path, CLOUD.token("demo")).status()).isEqualTo(403);
  }

  @Test
  void tellsWhatHoldsWithoutOne() {
    TestApi.Answer all = API.get(V3 + "domains/config/default", admin());
    assertThat(all.at("/config/identity/driver")).isEqualTo("sql");
    assertThat(all.at("/config/ldap/url")).isEqualTo("ldap://localhost");
    assertThat(all.json().at("/config/ldap/user").isNull()).isTrue();
    assertThat(all.text()).doesNotContain("\"password\"");
    assertThat(shown(API.get(V3 + "domains/config/identity/default", admin())))
        .isEqualTo("{\"identity\":{\"driver\":\"sql\",\"list_limit\":null}}");
    assertThat(shown(API.get(V3 + "domains/config/ldap/pool_retry_delay/default", admin())))
        .isEqualTo("{\"pool_retry_delay\":0.1}");
    assertThat(API.get(V3 + "domains/config/ldap/colour/default", admin()).status()).isEqualTo(403);
  }
}
