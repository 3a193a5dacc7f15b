package io.virga.control.operator.command;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.host.Machine;
import io.virga.control.operator.host.PackageInstaller;
import io.virga.control.operator.host.Part;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Names the system packages that a part misses, and offers to install them. */
final class MissingPackages {

  private final PrintWriter out;
  private final boolean agreed;

  /**
   * @param agreed whether the operator has said yes beforehand
   */
  MissingPackages(PrintWriter out, boolean agreed) {
    this.out = out;
    this.agreed = agreed;
  }

  void see(CloudConfiguration cloud) throws IOException, InterruptedException {
    Machine machine = Machine.local();
    List<String> missing =
        Stream.of(Part.values())
            .filter(part -> !cloud.without().contains(part.title()))
            .filter(part -> part != Part.UNDERLAY || cloud.hasUnderlay())
            .flatMap(part -> machine.missingPackages(part).stream())
            .distinct()
            .toList();
    if (missing.isEmpty()) {
      return;
    }
    out.println("Networks or instances are off: system packages are missing. To have them:");
    out.println("  " + Machine.installCommand(missing));
    out.flush();
    if (machine.root() && (agreed || says())) {
      if (!new PackageInstaller().install(missing)) {
        out.println("The installation failed; going on without.");
      }
    }
  }

  private boolean says() {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      return false;
    }
    String answer = console.readLine("Install them now? [y/N] ");
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }
}
