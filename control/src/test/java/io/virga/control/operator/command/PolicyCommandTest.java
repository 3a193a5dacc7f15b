package io.virga.control.operator.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCommandTest {

  private static final String LINES =
      """
      [{"service":"identity","method":"GET","path":"/identity/v3/users","rule":"DOMAIN_READER",
        "needs":"the role reader on the domain"},
       {"service":"identity","method":"DELETE","path":"/identity/v3/users/{id}",
        "rule":"DOMAIN_ADMIN","needs":"the role admin"}]\
      """;

  @TempDir Path home;
  private Questioned process;

  @BeforeEach
  void make() throws IOException {
    process = new Questioned(home, "control", "policy", LINES);
  }

  @AfterEach
  void stop() {
    process.close();
  }

  private Questioned.Ran show(String... more) {
    return process.run("policy", "show", more);
  }

  @Test
  void printsEachRequestAndWhatItNeeds() {
    Questioned.Ran shown = show("--service", "identity");
    assertThat(shown.status()).isZero();
    assertThat(process.asked())
        .containsExactly("Bearer " + Questioned.TOKEN + " /questions/policy?service=identity");
    assertThat(shown.out().lines())
        .containsExactly(
            "GET    /identity/v3/users: the role reader on the domain",
            "DELETE /identity/v3/users/{id}: the role admin");
  }

  @Test
  void asksForAllServicesUnlessOneIsNamed() {
    assertThat(show().status()).isZero();
    assertThat(process.asked())
        .containsExactly("Bearer " + Questioned.TOKEN + " /questions/policy");
  }

  @Test
  void saysWhichServicesThereAre() {
    process.refuse(400, "service = 'x': expected one of identity");
    Questioned.Ran refused = show("--service", "x");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("service = 'x': expected one of identity");
  }
}
