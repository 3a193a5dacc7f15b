package io.virga.control.operator.command;

import io.virga.control.operator.home.Home;
import io.virga.control.operator.launch.Installation;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which home a command is about. */
final class HomeOption {

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "where the state lives; var/ beside the program by default, or $$VIRGA_HOME")
  private @Nullable Path home;

  /** The home, whether or not it is there. */
  Home home() {
    Map<String, String> environment = System.getenv();
    Path path =
        Optional.ofNullable(home)
            .or(() -> Optional.ofNullable(environment.get("VIRGA_HOME")).map(Path::of))
            .orElseGet(() -> Installation.current().root().resolve("var"));
    return Home.at(path);
  }

  /** The home, which must be there. */
  Home existing() {
    Home found = home();
    if (!found.exists()) {
      throw new IllegalStateException("no cloud in " + found.root() + ": make one by ./virga up");
    }
    return found;
  }
}
