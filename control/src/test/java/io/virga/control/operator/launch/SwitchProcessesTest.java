package io.virga.control.operator.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.CloudHost;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.HostHome;
import io.virga.control.operator.host.Machine;
import io.virga.control.operator.supervise.Plan;
import io.virga.control.operator.underlay.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwitchProcessesTest {

  /** The taps of another cloud, which have the same names, are left alone so. */
  @Test
  void stopsWhatDoesNotRunWithoutAskingForIt(@TempDir Path root) throws Exception {
    HostHome home = Home.at(root).of(CloudHost.FIRST);
    Files.createDirectories(home.switchRun());
    CloudConfiguration cloud =
        new CloudConfiguration(
            CloudConfiguration.VERSION,
            "host",
            8700,
            "127.0.0.1",
            "127.0.0.1",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    SwitchProcesses processes =
        new SwitchProcesses(home, cloud, NetworkNamespace.OWN, Machine.local());
    for (Plan plan : processes.plans()) {
      plan.stop().afterwards().run();
    }
    assertThat(home.switchRun()).isEmptyDirectory();
  }
}
