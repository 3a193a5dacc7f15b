package io.virga.control.operator.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.operator.VirgaCommand;
import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.provision.Provisioning;
import io.virga.control.operator.supervise.SupervisorLock;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of options before anything is started. */
class UpCommandTest {

  @TempDir Path folder;

  private final StringWriter said = new StringWriter();

  @ParameterizedTest
  @CsvSource({
    "mysql://x,expected r2dbc:postgresql://user@host:port/database",
    "r2dbc:mysql://user@host/name,expected r2dbc:postgresql://user@host:port/database",
    "r2dbc:postgresql://user@host,expected r2dbc:postgresql://user@host:port/database",
    "r2dbc:postgresql://user:word@host/name,leave the password out of the URL"
  })
  void refusesADatabaseThatControlWouldNotTake(String url, String reason) {
    assertThat(up("--database", url, "--database-password-file", "/none")).isEqualTo(1);
    assertThat(said.toString()).contains(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "--base-port,80,base port 80: expected 1024 to 65000",
    "--without,nova,'expected network, compute, external or nat'",
    "--listen,everywhere,expected an IP address",
    "--object-nodes,17,object nodes 17: expected 1 to 16",
    "--hosts,17,hosts 17: expected 1 to 16"
  })
  void refusesAValueBeforeAnythingIsMade(String option, String value, String reason) {
    assertThat(up(option, value)).isEqualTo(1);
    assertThat(said.toString()).contains(reason);
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0", "::", "127.0.0.2"})
  void refusesToListenWhereOtherObjectNodesDo(String address) {
    assertThat(up("--object-nodes", "2", "--listen", address)).isEqualTo(1);
    assertThat(said.toString()).contains("and none of 127.0.0.2 to 127.0.0.2");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void asksForThePasswordOfADatabase() {
    assertThat(up("--database", "r2dbc:postgresql://user@host/name")).isEqualTo(1);
    assertThat(said.toString()).contains("--database-password-file");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesOptionsThatARunningCloudWouldNotTake() throws Exception {
    Home home = Home.at(folder);
    CloudConfiguration cloud =
        new CloudConfiguration(
            CloudConfiguration.VERSION,
            "host-1",
            8700,
            "127.0.0.1",
            "127.0.0.1",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of("network", "compute"));
    new Provisioning(home, cloud, Clock.systemUTC(), new SecureRandom()).run();
    SupervisorLock lock = SupervisorLock.acquire(home.run()).orElseThrow();
    try {
      assertThat(up("--base-port", "9700")).isEqualTo(1);
      assertThat(said.toString()).contains("runs with other options: ./virga down first");
      assertThat(up("--base-port", "8700")).as("as it runs").isZero();
      assertThat(said.toString()).contains("is being supervised already");
    } finally {
      lock.close();
    }
  }

  private int up(String... options) {
    PrintWriter out = new PrintWriter(said);
    Stream<String> line = Stream.of("up", "--without", "network,compute", "--home", "" + folder);
    return VirgaCommand.run(
        out, out, Stream.concat(line, Stream.of(options)).toArray(String[]::new));
  }
}
