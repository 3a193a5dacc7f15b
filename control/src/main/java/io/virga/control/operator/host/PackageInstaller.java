package io.virga.control.operator.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Installs Debian packages; what apt says goes to the terminal. */
public final class PackageInstaller {

  /** Returns whether apt succeeded. Blocks. */
  public boolean install(List<String> packages) throws IOException, InterruptedException {
    if (run(List.of("apt-get", "update", "-qq")) != 0) {
      return false;
    }
    List<String> command = new ArrayList<>();
    command.addAll(List.of("apt-get", "install", "-qq", "-y", "--no-install-recommends"));
    command.addAll(packages);
    return run(command) == 0;
  }

  private static int run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
    return builder.start().waitFor();
  }
}
