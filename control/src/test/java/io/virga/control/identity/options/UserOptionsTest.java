package io.virga.control.identity.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import io.virga.dataplane.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class UserOptionsTest {

  private static UserOptions options(String json) {
    return UserOptions.NONE.changed(JsonBody.parse("{\"options\":" + json + "}", "user"));
  }

  private static UserOptions rules(String rules) {
    return options("{\"multi_factor_auth_rules\":" + rules + "}");
  }

  @Test
  void anyRuleThatIsWhollyShownIsEnough() {
    UserOptions both = rules("[[\"password\",\"totp\"],[\"token\"]]");
    assertThat(both.areSatisfiedBy(Set.of("password"))).isFalse();
    assertThat(both.areSatisfiedBy(Set.of("totp"))).isFalse();
    assertThat(both.areSatisfiedBy(Set.of("password", "totp"))).isTrue();
    assertThat(both.areSatisfiedBy(Set.of("token"))).isTrue();
  }

  @Test
  void rulesThatNobodyCanFulfilAreNone() {
    assertThat(UserOptions.NONE.areSatisfiedBy(Set.of("password"))).isTrue();
    assertThat(rules("[[\"iris\"]]").areSatisfiedBy(Set.of("password"))).isTrue();
    assertThat(rules("[[\"iris\"],[\"totp\"]]").areSatisfiedBy(Set.of("password"))).isFalse();
    UserOptions off =
        options("{\"multi_factor_auth_rules\":[[\"totp\"]],\"multi_factor_auth_enabled\":false}");
    assertThat(off.areSatisfiedBy(Set.of("password"))).isTrue();
  }

  @Test
  void keepsWhatItWasGiven() {
    UserOptions options =
        options("{\"lock_password\":true,\"multi_factor_auth_rules\":[[\"password\",\"totp\"]]}");
    assertThat(UserOptions.parse(Json.text(options.values()))).isEqualTo(options);
    assertThat(options.locksPassword()).isTrue();
    UserOptions less =
        options.changed(JsonBody.parse("{\"options\":{\"lock_password\":null}}", "user"));
    assertThat(less.values())
        .isEqualTo(Map.of("multi_factor_auth_rules", List.of(List.of("password", "totp"))));
  }

  @Test
  void refusesWhatIsNoOption() {
    for (String bad :
        List.of(
            "{\"fly\":true}",
            "{\"lock_password\":\"yes\"}",
            "{\"multi_factor_auth_rules\":\"totp\"}",
            "{\"multi_factor_auth_rules\":[\"totp\"]}",
            "{\"multi_factor_auth_rules\":[[]]}",
            "{\"multi_factor_auth_rules\":[[\"totp\",\"totp\"]]}",
            "{\"multi_factor_auth_rules\":[[1]]}")) {
      assertThatThrownBy(() -> options(bad)).as(bad).isInstanceOf(ApiFault.class);
    }
  }
}
