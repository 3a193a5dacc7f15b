package io.virga.control.identity;

import static io.virga.control.identity.IdentityCloud.TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.identity.password.PasswordRules;
import io.virga.control.testing.TestApi;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class PasswordRulesTest {

  private static final String V3 = "/identity/v3/";

  /** Asks one thing, of bootstrapped passwords too. */
  private static final PasswordRules NONE = PasswordRules.NONE;

  static PasswordRules lockout(int attempts) {
    return new PasswordRules(
        Optional.empty(),
        Optional.empty(),
        0,
        Duration.ZERO,
        false,
        Optional.of(new PasswordRules.Lockout(attempts, Duration.ofMinutes(30))));
  }

  private static String user(IdentityCloud cloud, String name, Map<String, Object> options) {
    Map<String, Object> body = new HashMap<>();
    body.put("name", name);
    body.put("password", "first-1");
    body.put("options", options);
    return cloud.make("users", "user", body);
  }

  private static String login(IdentityCloud cloud, String id, String password) {
    return answer(
        cloud
            .api()
            .post(TOKENS, "", IdentityCloud.password(Map.of("id", id), password, "unscoped")));
  }

  private static String answer(TestApi.Answer answer) {
    return answer.status() < 300 ? "good" : answer.status() + " " + answer.at("/error/message");
  }

  private static String change(IdentityCloud cloud, String id, String from, String to) {
    Object body = Map.of("user", Map.of("original_password", from, "password", to));
    return answer(cloud.api().post(V3 + "users/" + id + "/password", "", body));
  }

  private static String reset(IdentityCloud cloud, String id, String password) {
    Object body = Map.of("user", Map.of("password", password));
    return answer(cloud.api().patch(V3 + "users/" + id, cloud.token("admin"), body));
  }

  private static List<String> listed(IdentityCloud cloud, String expiry) {
    return cloud
        .api()
        .get(V3 + "users?password_expires_at=" + expiry, cloud.token("admin"))
        .json()
        .at("/users")
        .findValuesAsString("name");
  }

  private static final String REFUSED = "401 The request you have made requires authentication.";

  @Test
  void aNewPasswordIsAsTheRulesAsk() {
    PasswordRules.Requirement required =
        new PasswordRules.Requirement(Pattern.compile("^(?=.*\\d).{7,}$"), "a digit, and seven");
    try (IdentityCloud cloud =
        new IdentityCloud(
            new PasswordRules(
                Optional.of(required),
                Optional.empty(),
                0,
                Duration.ZERO,
                false,
                Optional.empty()))) {
      String id = user(cloud, "asked", Map.of());
      String words = "400 The password does not match the requirements: a digit, and seven.";
      assertThat(change(cloud, id, "first-1", "short1")).isEqualTo(words);
      assertThat(reset(cloud, id, "without-digit")).isEqualTo(words);
      Object weak = Map.of("user", Map.of("name", "weak", "password", "weak"));
      assertThat(answer(cloud.api().post(V3 + "users", cloud.token("admin"), weak)))
          .isEqualTo(words);
      assertThat(change(cloud, id, "first-1", "second-2")).isEqualTo("good");
      TestApi.Answer told =
          cloud.api().get(V3 + "domains/default/config/security_compliance", cloud.token("demo"));
      assertThat(told.at("/config/security_compliance/password_regex_description"))
          .isEqualTo("a digit, and seven");
    }
  }

  @Test
  void noPasswordComesBackWhileItIsRemembered() {
    try (IdentityCloud cloud =
        new IdentityCloud(
            new PasswordRules(
                Optional.empty(), Optional.empty(), 3, Duration.ZERO, false, Optional.empty()))) {
      String id = user(cloud, "repeating", Map.of());
      String words =
          "400 The new password cannot be identical to a previous password. The total number which"
              + " includes the new password must be unique is 3.";
      assertThat(change(cloud, id, "first-1", "first-1")).isEqualTo(words);
      assertThat(change(cloud, id, "first-1", "second-2")).isEqualTo("good");
      assertThat(change(cloud, id, "second-2", "first-1")).isEqualTo(words);
      assertThat(reset(cloud, id, "first-1")).isEqualTo(words);
      assertThat(change(cloud, id, "second-2", "third-3")).isEqualTo("good");
      assertThat(change(cloud, id, "third-3", "first-1")).isEqualTo("good");
    }
  }

  @Test
  void aPasswordEndsUnlessTheUserIsExcepted() {
    try (IdentityCloud cloud =
        new IdentityCloud(
            new PasswordRules(
                Optional.empty(),
                Optional.of(Duration.ofDays(90)),
                0,
                Duration.ZERO,
                false,
                Optional.empty()))) {
      String id = user(cloud, "ending", Map.of());
      String excepted = user(cloud, "excepted", Map.of("ignore_password_expiry", true));
      TestApi.Answer shown = cloud.api().get(V3 + "users/" + id, cloud.token("admin"));
      assertThat(shown.at("/user/password_expires_at"))
          .startsWith(cloud.now().plus(Duration.ofDays(90)).toString().substring(0, 10));
      assertThat(listed(cloud, "lt:" + cloud.now().plus(Duration.ofDays(91))))
          .containsExactly("ending");
      assertThat(listed(cloud, "gt:" + cloud.now().plus(Duration.ofDays(91)))).isEmpty();
      assertThat(
              answer(
                  cloud.api().get(V3 + "users?password_expires_at=near:x", cloud.token("admin"))))
          .startsWith("400 The given operator near is not valid.");
      cloud.pass(Duration.ofDays(91));
      assertThat(login(cloud, id, "first-1"))
          .isEqualTo("401 The password is expired and needs to be changed for user: " + id + ".");
      assertThat(login(cloud, id, "wrong")).isEqualTo(REFUSED);
      assertThat(login(cloud, excepted, "first-1")).isEqualTo("good");
      assertThat(change(cloud, id, "first-1", "second-2")).isEqualTo("good");
      assertThat(login(cloud, id, "second-2")).isEqualTo("good");
    }
  }

  @Test
  void whatAnAdministratorSetIsChangedAtFirstUseAndKeptForAWhile() {
    try (IdentityCloud cloud =
        new IdentityCloud(
            new PasswordRules(
                Optional.empty(),
                Optional.empty(),
                0,
                Duration.ofDays(2),
                true,
                Optional.empty()))) {
      String id = user(cloud, "fresh", Map.of());
      assertThat(login(cloud, id, "first-1")).startsWith("401 The password is expired");
      assertThat(change(cloud, id, "first-1", "second-2"))
          .startsWith("400 You cannot change your password at this time");
      cloud.pass(Duration.ofDays(3));
      assertThat(change(cloud, id, "first-1", "second-2")).isEqualTo("good");
      assertThat(login(cloud, id, "second-2")).isEqualTo("good");
      assertThat(reset(cloud, id, "third-3")).isEqualTo("good");
      assertThat(login(cloud, id, "third-3")).startsWith("401 The password is expired");
      String excepted = user(cloud, "robot", Map.of("ignore_change_password_upon_first_use", true));
      assertThat(login(cloud, excepted, "first-1")).isEqualTo("good");
    }
  }

  @Test
  void wrongOnesShutAUserOutForAWhile() {
    try (IdentityCloud cloud = new IdentityCloud(lockout(3))) {
      String id = user(cloud, "guessed", Map.of());
      String excepted = user(cloud, "open", Map.of("ignore_lockout_failure_attempts", true));
      for (int i = 0; i < 2; i++) {
        assertThat(login(cloud, id, "wrong")).isEqualTo(REFUSED);
      }
      assertThat(login(cloud, id, "first-1")).isEqualTo("good");
      for (int i = 0; i < 3; i++) {
        assertThat(login(cloud, id, "wrong")).isEqualTo(REFUSED);
        assertThat(login(cloud, excepted, "wrong")).isEqualTo(REFUSED);
      }
      assertThat(login(cloud, id, "first-1")).isEqualTo(REFUSED);
      assertThat(change(cloud, id, "first-1", "second-2")).isEqualTo(REFUSED);
      assertThat(login(cloud, excepted, "first-1")).isEqualTo("good");
      cloud.pass(Duration.ofMinutes(31));
      assertThat(login(cloud, id, "first-1")).isEqualTo("good");
    }
  }

  @Test
  void anOptionKeepsThePasswordFromItsUser() {
    try (IdentityCloud cloud = new IdentityCloud(NONE)) {
      String id = user(cloud, "kept", Map.of("lock_password", true));
      assertThat(change(cloud, id, "first-1", "second-2"))
          .startsWith("403 You cannot change your password at this time due to password policy");
      assertThat(reset(cloud, id, "third-3")).isEqualTo("good");
      TestApi.Answer shown = cloud.api().get(V3 + "users/" + id, cloud.token("admin"));
      assertThat(shown.json().at("/user/options").toString()).isEqualTo("{\"lock_password\":true}");
      assertThat(shown.json().at("/user/password_expires_at").isNull()).isTrue();
    }
  }

  @Test
  void tooManyWrongOnesAreNotLookedAt() {
    try (IdentityCloud cloud = new IdentityCloud(NONE)) {
      String demo = cloud.api().get(V3 + "users?name=demo", cloud.token("admin")).at("/users/0/id");
      for (int i = 0; i < 10; i++) {
        assertThat(cloud.login("demo", "wrong", "unscoped").status()).isEqualTo(401);
      }
      TestApi.Answer held = cloud.login("demo", "demo-pw", "unscoped");
      assertThat(held.status()).isEqualTo(429);
      assertThat(held.at("/error/title")).isEqualTo("Too Many Requests");
      assertThat(Integer.parseInt(held.header("Retry-After"))).isBetween(1, 6);
      assertThat(login(cloud, demo, "demo-pw")).startsWith("429");
      assertThat(cloud.login("admin", "admin-pw", "unscoped").status()).isEqualTo(201);
      cloud.pass(Duration.ofSeconds(6));
      assertThat(cloud.login("demo", "demo-pw", "unscoped").status()).isEqualTo(201);
    }
  }

  @Test
  void whatIsRevokedAfterTheUserWasLookedAtIsSoForTheToken() {
    try (IdentityCloud cloud = new IdentityCloud(NONE)) {
      Instant begun = cloud.now();
      cloud.tick(Duration.ofMinutes(1));
      TestApi.Answer in = cloud.login("demo", "demo-pw", "unscoped");
      cloud.tick(Duration.ZERO);
      assertThat(in.status()).as(in.text()).isEqualTo(201);
      assertThat(cloud.now()).isAfter(begun.plus(Duration.ofMinutes(2)));
      assertThat(Instant.parse(in.at("/token/issued_at")))
          .isBefore(begun.plus(Duration.ofMinutes(1)));
    }
  }

  @Test
  void whatIsAskedOfPasswordsIsToldUnderTheDefaultDomainAlone() {
    try (IdentityCloud cloud = new IdentityCloud(NONE)) {
      String path = V3 + "domains/default/config";
      String admin = cloud.token("admin");
      String other = cloud.make("domains", "domain", Map.of("name", "other"));
      assertThat(
              cloud
                  .api()
                  .get(V3 + "domains/" + other + "/config/security_compliance", admin)
                  .status())
          .isEqualTo(403);
      for (String option : List.of("password_regex", "password_regex_description")) {
        assertThat(
                cloud
                    .api()
                    .get(path + "/security_compliance/" + option, cloud.token("demo"))
                    .json()
                    .at("/config/" + option)
                    .isNull())
            .isTrue();
      }
      assertThat(cloud.api().get(path + "/security_compliance/lockout", admin).status())
          .isEqualTo(403);
    }
  }
}
