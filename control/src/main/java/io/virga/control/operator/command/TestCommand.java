package io.virga.control.operator.command;

import io.virga.control.network.PublicNetwork;
import io.virga.control.operator.host.Routes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the project's tests. */
@Command(
    name = "test",
    description = {
      "Runs the tests: unit (with the style gate), e2e (as root; boots guests), or both when none is"
          + " named.",
      "'interop storage', 'interop compute', 'interop network', 'interop volume' and 'interop image' run"
          + " tempest against the cloud that is up."
    },
    mixinStandardHelpOptions = true)
public final class TestCommand implements Callable<Integer> {

  private static final List<String> LISTS =
      List.of("storage", "compute", "network", "volume", "image");

  /** A set of tests. */
  enum Suite {
    UNIT,
    E2E,
    INTEROP
  }

  @Mixin private final HomeOption homeOption = new HomeOption();

  @Parameters(index = "0", arity = "0..1", paramLabel = "unit|e2e|interop")
  private @Nullable Suite suite;

  @Parameters(index = "1", arity = "0..1", paramLabel = "storage|compute|network|volume|image")
  private @Nullable String list;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, InterruptedException {
    return switch (Optional.ofNullable(suite).orElse(Suite.UNIT)) {
      case UNIT -> suite == null ? all() : unit();
      case E2E -> {
        requireNoCloud();
        yield endToEnd();
      }
      case INTEROP -> new Interoperability(homeOption.existing(), spec.commandLine()).run(list());
    };
  }

  private int all() throws IOException, InterruptedException {
    requireNoCloud();
    int status = unit();
    return status == 0 ? endToEnd() : status;
  }

  /** The tests make clouds themselves, whose network {@code public} this machine has once. */
  private void requireNoCloud() {
    Routes.now()
        .through(PublicNetwork.RANGE)
        .ifPresent(
            route -> {
              throw new ParameterException(
                  spec.commandLine(),
                  ("%s is in use here: the end-to-end tests make clouds of their own; end the one"
                          + " that is up (./virga down) first")
                      .formatted(route));
            });
  }

  private static int unit() throws IOException, InterruptedException {
    return new Children().maven(List.of("-B", "-ntp", "verify"));
  }

  private static int endToEnd() throws IOException, InterruptedException {
    return new Children()
        .maven(
            List.of(
                "-B",
                "-ntp",
                "package",
                "-Dvirga.test.groups=e2e",
                "-Dvirga.test.excludedGroups=soak"));
  }

  private String list() {
    return Optional.ofNullable(list)
        .filter(LISTS::contains)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "which? test interop " + String.join(", test interop ", LISTS)));
  }
}
