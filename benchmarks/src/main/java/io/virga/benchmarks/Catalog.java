package io.virga.benchmarks;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * What a command line chooses from by name.
 *
 * @param kind what one of them is called
 */
record Catalog<T>(String kind, List<T> all, Function<T, String> name, Function<T, String> summary) {

  /** All of them, a line each. */
  String listed() {
    return "known are:\n"
        + all.stream()
            .map(one -> "  %-16s %s".formatted(name.apply(one), summary.apply(one)))
            .collect(Collectors.joining("\n"));
  }

  /** The one of that name; else the user is told which there are. */
  T chosen(String wanted, CommandSpec command) {
    return all.stream()
        .filter(one -> name.apply(one).equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new ParameterException(
                    command.commandLine(),
                    "unknown %s '%s', %s".formatted(kind, wanted, listed())));
  }
}
