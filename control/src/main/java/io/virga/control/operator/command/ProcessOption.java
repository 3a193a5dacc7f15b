package io.virga.control.operator.command;

import io.virga.control.operator.home.Home;
import io.virga.control.operator.supervise.ChildState;
import io.virga.control.operator.supervise.ChildStatus;
import io.virga.control.operator.supervise.CloudState;
import io.virga.control.operator.supervise.Hold;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** One process of a cloud that runs, named on the command line. */
final class ProcessOption {

  private static final Duration LONGEST_CHANGE = Duration.ofSeconds(90);

  @Mixin private final HomeOption homeOption = new HomeOption();

  @Parameters(paramLabel = "SERVICE", description = "a name that 'status' shows")
  private String service = "";

  String service() {
    return service;
  }

  /** The hold of the process; refuses a name that the supervisor does not run. */
  Hold hold() {
    Home home = homeOption.existing();
    CloudState state =
        new Detached(home)
            .state()
            .orElseThrow(
                () -> new IllegalStateException("no supervisor runs; ./virga up starts one"));
    if (status(state).isEmpty()) {
      String known =
          state.processes().stream().map(ChildStatus::name).collect(Collectors.joining(", "));
      throw new IllegalArgumentException("no process '" + service + "'; there are: " + known);
    }
    return new Hold(home.run(), service);
  }

  /** Waits until the process is in the state; false if it does not get there. */
  boolean await(ChildState wanted) {
    return new Detached(homeOption.existing())
        .follow(state -> is(state, wanted), LONGEST_CHANGE, state -> {})
        .filter(state -> is(Optional.of(state), wanted))
        .isPresent();
  }

  private boolean is(Optional<CloudState> state, ChildState wanted) {
    return state.flatMap(this::status).filter(child -> child.state() == wanted).isPresent();
  }

  private Optional<ChildStatus> status(CloudState state) {
    return state.processes().stream().filter(child -> child.name().equals(service)).findFirst();
  }
}
