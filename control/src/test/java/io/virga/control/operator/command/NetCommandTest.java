package io.virga.control.operator.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command speaks with something that answers as a network agent does. */
@Timeout(60)
class NetCommandTest {

  private static final String EXPLANATION =
      """
      {"packet":"TCP from port p1 to 10.0.0.5:80",
       "steps":[{"table":0,"purpose":"where it comes from","flow":"priority 100, in_port 1",
                 "effects":["sets network 4711"]},
                {"table":10,"purpose":"anti-spoofing","flow":"","effects":["dropped: not its own"]}],
       "outcome":["dropped in table 10, anti-spoofing: not its own"]}""";

  @TempDir Path home;
  private Questioned process;

  @BeforeEach
  void make() throws IOException {
    process = new Questioned(home, "netagent", "trace", EXPLANATION);
  }

  @AfterEach
  void stop() {
    process.close();
  }

  private Questioned.Ran trace(String... more) {
    return process.run("net", "trace", more);
  }

  @Test
  void printsTableByTableWhatBecomesOfThePacket() {
    Questioned.Ran traced = trace("--port", "p1", "tcp", "10.0.0.5:80");
    assertThat(traced.status()).isZero();
    assertThat(process.asked())
        .containsExactly(
            "Bearer "
                + Questioned.TOKEN
                + " /questions/trace?port=p1&protocol=tcp&to=10.0.0.5%3A80");
    assertThat(traced.out().lines())
        .containsExactly(
            "TCP from port p1 to 10.0.0.5:80",
            "  0  where it comes from",
            "       priority 100, in_port 1",
            "       - sets network 4711",
            " 10  anti-spoofing",
            "       no flow matches",
            "       - dropped: not its own",
            "=> dropped in table 10, anti-spoofing: not its own");
  }

  @Test
  void saysWhatTheAgentDoesNotAccept() {
    process.refuse(400, "protocol = 'gre': expected tcp, udp or icmp");
    Questioned.Ran refused = trace("--port", "p1", "gre", "10.0.0.5");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("virga: protocol = 'gre': expected tcp, udp or icmp");
  }
}
