package io.virga.control.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.control.http.PolicyTable;
import io.virga.control.testing.TestApi;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Identity's policy as a whole: what the table says is what the listener does. */
final class PolicyTableTest {

  /** All that may be asked of identity without a token. */
  private static final Set<String> OPEN =
      Set.of(
          "GET /identity",
          "GET /identity/v3",
          "POST /identity/v3/auth/tokens",
          "POST /identity/v3/users/{id}/password");

  @Test
  void everyRequestIsRefusedWithoutWhatTheTableSays() {
    try (IdentityCloud cloud = new IdentityCloud()) {
      TestApi api = cloud.api();
      String reader = cloud.make("users", "user", Map.of("name", "policy", "password", "pw"));
      String project = cloud.make("projects", "project", Map.of("name", "policy"));
      cloud.grant("projects/" + project, reader, "reader");
      String token = cloud.token(reader, "pw", Map.of("project", Map.of("id", project)));
      for (PolicyTable.Line line : cloud.policy().lines()) {
        String request = line.method() + " " + line.path();
        String path = line.path().replaceAll("\\{[a-z]+}", "nothing");
        if (OPEN.contains(request)) {
          assertThat(line.rule()).as(request).isEqualTo("ANYONE");
          continue;
        }
        assertThat(line.rule()).as(request).isNotEqualTo("ANYONE");
        assertThat(api.call(line.method(), path, "", null).status()).as(request).isEqualTo(401);
        if (!line.rule().equals("LOGGED_IN")) {
          assertThat(api.call(line.method(), path, token, null).status())
              .as(request)
              .isEqualTo(403);
        }
      }
    }
  }

  @Test
  void everyChangeOfTheDirectoryNeedsAnAdministrator() {
    try (IdentityCloud cloud = new IdentityCloud()) {
      List<PolicyTable.Line> open =
          cloud.policy().lines().stream()
              .filter(line -> !line.method().equals("GET") && !line.rule().contains("ADMIN"))
              .toList();
      assertThat(open.stream().map(line -> line.method() + " " + line.path()))
          .containsExactlyInAnyOrder(
              "POST /identity/v3/auth/tokens",
              "HEAD /identity/v3/auth/tokens",
              "HEAD /identity/v3/roles/{id}/implies/{implied}",
              "DELETE /identity/v3/auth/tokens",
              "POST /identity/v3/users/{id}/password",
              "POST /identity/v3/OS-TRUST/trusts",
              "DELETE /identity/v3/OS-TRUST/trusts/{id}",
              "POST /identity/v3/credentials",
              "PATCH /identity/v3/credentials/{id}",
              "DELETE /identity/v3/credentials/{id}",
              "POST /identity/v3/users/{id}/credentials/OS-EC2",
              "DELETE /identity/v3/users/{id}/credentials/OS-EC2/{access}",
              "POST /identity/v3/users/{user}/application_credentials",
              "DELETE /identity/v3/users/{user}/application_credentials/{id}",
              "DELETE /identity/v3/users/{user}/access_rules/{id}");
    }
  }

  @Test
  void answersForOneServiceAndSaysWhichThereAre() {
    try (IdentityCloud cloud = new IdentityCloud()) {
      PolicyTable table = cloud.policy();
      assertThat(table.answer(Map.of("service", "identity"))).isEqualTo(table.lines());
      assertThatThrownBy(() -> table.answer(Map.of("service", "x")))
          .hasMessage("service = 'x': expected one of identity");
    }
  }
}
