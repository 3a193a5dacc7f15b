package io.virga.control.operator.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.operator.home.Home;
import io.virga.control.operator.host.Machine;
import io.virga.control.operator.supervise.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwitchProcessesTest {

  /** The taps of another cloud, which have the same names, are left alone so. */
  @Test
  void stopsWhatDoesNotRunWithoutAskingForIt(@TempDir Path root) throws Exception {
    Home home = Home.at(root);
    Files.createDirectories(SwitchProcesses.runFolder(home));
    for (Plan plan : new SwitchProcesses(home, Machine.local()).plans()) {
      plan.stop().afterwards().run();
    }
    assertThat(SwitchProcesses.runFolder(home)).isEmptyDirectory();
  }
}
