package io.virga.control.operator.command;

import io.virga.control.operator.launch.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes guest images. */
@Command(
    name = "image",
    description = "Makes guest images.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class ImageCommand {

  private static final String SCRIPT = "benchmarks/guest/build-guest-image";

  @Command(
      name = "build",
      description = "Builds the small bootable image that the tests use.",
      mixinStandardHelpOptions = true)
  int build(
      @Option(names = "--output", paramLabel = "FILE", description = "where to write it")
          @Nullable Path output,
      @Option(names = "--format", paramLabel = "FORMAT", description = "qcow2 (default) or raw")
          @Nullable String format,
      @Option(
              names = "--size",
              paramLabel = "SIZE",
              description = "of the disk: a number and M or G; 64M by default and at least")
          @Nullable String size,
      @Option(
              names = "--fill",
              description = "fill what the size adds with bytes that do not compress")
          boolean fill)
      throws IOException, InterruptedException {
    Path script = Installation.current().root().resolve(SCRIPT);
    if (!Files.isExecutable(script)) {
      throw new IllegalStateException("no program to build images: " + script);
    }
    List<String> command = new ArrayList<>(List.of(script.toString()));
    if (output != null) {
      command.addAll(List.of("--output", output.toAbsolutePath().toString()));
    }
    if (format != null) {
      command.addAll(List.of("--format", format));
    }
    if (size != null) {
      command.addAll(List.of("--size", size));
    }
    if (fill) {
      command.add("--fill");
    }
    return new Children().run(command, Map.of());
  }
}
