package io.virga.control.identity;

import static io.virga.control.identity.IdentityCloud.TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class MultiFactorTest {

  private static final String V3 = "/identity/v3/";
  private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);
  private static final String BASE32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  private static final IdentityCloud CLOUD = new IdentityCloud();
  private static final TestApi API = CLOUD.api();

  @AfterAll
  static void close() {
    CLOUD.close();
  }

  private static String user(String name) {
    return user(CLOUD, name);
  }

  private static String user(IdentityCloud cloud, String name) {
    String id = cloud.make("users", "user", Map.of("name", name, "password", "pw"));
    cloud.make("credentials", "credential", Map.of("type", "totp", "blob", BASE32, "user_id", id));
    return id;
  }

  /** As an authenticator application makes it, by nothing of ours. */
  private static String passcode() {
    return passcode(CLOUD);
  }

  private static String passcode(IdentityCloud cloud) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(SECRET, "HmacSHA1"));
      long step = cloud.now().getEpochSecond() / 30;
      ByteBuffer digest =
          ByteBuffer.wrap(mac.doFinal(ByteBuffer.allocate(8).putLong(step).array()));
      int offset = digest.get(19) & 15;
      return "%06d".formatted((digest.getInt(offset) & Integer.MAX_VALUE) % 1_000_000);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TestApi.Answer login(String id, Map<String, String> shown) {
    Map<String, Object> identity = new HashMap<>();
    identity.put("methods", List.copyOf(shown.keySet()));
    shown.forEach(
        (method, secret) ->
            identity.put(
                method,
                Map.of(
                    "user",
                    Map.of("id", id, method.equals("totp") ? "passcode" : "password", secret))));
    return API.post(TOKENS, "", Map.of("auth", Map.of("identity", identity, "scope", "unscoped")));
  }

  @Test
  void aPasscodeLetsInOnce() {
    String id = user("once");
    String passcode = passcode();
    TestApi.Answer in = login(id, Map.of("totp", passcode));
    assertThat(in.status()).as(in.text()).isEqualTo(201);
    assertThat(in.at("/token/methods/0")).isEqualTo("totp");
    assertThat(login(id, Map.of("totp", passcode)).status()).isEqualTo(401);
    CLOUD.pass(Duration.ofSeconds(30));
    assertThat(login(id, Map.of("totp", passcode())).status()).isEqualTo(201);
    assertThat(login("nobody", Map.of("totp", passcode())).status()).isEqualTo(401);
  }

  @Test
  void whoMustShowTwoThingsShowsBoth() {
    String id = user("both");
    Object rules =
        Map.of(
            "user",
            Map.of(
                "options",
                Map.of("multi_factor_auth_rules", List.of(List.of("password", "totp")))));
    assertThat(API.patch(V3 + "users/" + id, CLOUD.token("admin"), rules).status()).isEqualTo(200);
    TestApi.Answer one = login(id, Map.of("password", "pw"));
    assertThat(one.status()).isEqualTo(401);
    assertThat(one.at("/error/message"))
        .isEqualTo(
            "Insufficient auth methods received for %s. Auth Methods Provided: password."
                .formatted(id));
    TestApi.Answer both = login(id, Map.of("password", "pw", "totp", passcode()));
    assertThat(both.status()).as(both.text()).isEqualTo(201);
    CLOUD.pass(Duration.ofSeconds(30));
    assertThat(login(id, Map.of("password", "wrong", "totp", passcode())).status()).isEqualTo(401);
    Object again =
        Map.of(
            "auth",
            Map.of(
                "identity",
                Map.of(
                    "methods",
                    List.of("token"),
                    "token",
                    Map.of("id", both.header("X-Subject-Token"))),
                "scope",
                "unscoped"));
    assertThat(API.post(TOKENS, "", again).status()).isEqualTo(201);
  }

  private static int login(IdentityCloud cloud, String id, String passcode, String other) {
    Map<String, Object> identity =
        Map.of(
            "methods",
            List.of("password", "totp"),
            "password",
            Map.of("user", Map.of("id", id, "password", "pw")),
            "totp",
            Map.of("user", Map.of("id", other, "passcode", passcode)));
    Object body = Map.of("auth", Map.of("identity", identity, "scope", "unscoped"));
    return cloud.api().post(TOKENS, "", body).status();
  }

  @Test
  void wrongPasscodesShutOutThoughThePasswordIsGood() {
    try (IdentityCloud cloud = new IdentityCloud(PasswordRulesTest.lockout(3))) {
      String id = user(cloud, "guessed");
      String other = user(cloud, "other");
      for (int i = 0; i < 2; i++) {
        assertThat(login(cloud, id, "wrong", id)).isEqualTo(401);
      }
      assertThat(login(cloud, id, passcode(cloud), id)).isEqualTo(201);
      for (int i = 0; i < 3; i++) {
        assertThat(login(cloud, id, "wrong", id)).isEqualTo(401);
        assertThat(login(cloud, id, "wrong", other)).isEqualTo(401);
      }
      cloud.pass(Duration.ofSeconds(30));
      assertThat(login(cloud, id, passcode(cloud), id)).isEqualTo(401);
      assertThat(login(cloud, other, passcode(cloud), other)).isEqualTo(201);
    }
  }

  @Test
  void credentialsAreTheirOwnersToMakeChangeAndDelete() {
    String demo = CLOUD.token("demo");
    Object weak = Map.of("credential", Map.of("type", "totp", "blob", "GEZDGNBV"));
    assertThat(API.post(V3 + "credentials", demo, weak).status()).isEqualTo(400);
    Object own = Map.of("credential", Map.of("type", "cert", "blob", "one"));
    TestApi.Answer made = API.post(V3 + "credentials", demo, own);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    String path = V3 + "credentials/" + made.at("/credential/id");
    Object two = Map.of("credential", Map.of("blob", "two"));
    assertThat(API.patch(path, demo, two).at("/credential/blob")).isEqualTo("two");
    assertThat(API.get(V3 + "credentials?type=cert", demo).at("/credentials/0/blob"))
        .isEqualTo("two");
    assertThat(
            API.get(V3 + "credentials", demo).json().at("/credentials").findValuesAsString("type"))
        .contains("ec2", "cert");
    String stranger = CLOUD.make("users", "user", Map.of("name", "curious", "password", "pw"));
    String token = CLOUD.token(stranger, "pw", "unscoped");
    assertThat(API.get(path, token).status()).isEqualTo(404);
    assertThat(API.patch(path, token, two).status()).isEqualTo(404);
    assertThat(API.delete(path, token).status()).isEqualTo(404);
    Object given = Map.of("credential", Map.of("user_id", stranger));
    assertThat(API.patch(path, demo, given).status()).isEqualTo(403);
    assertThat(API.delete(path, demo).status()).isEqualTo(204);
    assertThat(API.get(path, demo).status()).isEqualTo(404);
  }
}
