package io.virga.control.operator.launch;

import io.virga.control.operator.external.ExternalNetwork;
import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.CloudHost;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.Service;
import io.virga.control.operator.host.Machine;
import io.virga.control.operator.host.Part;
import io.virga.control.operator.lab.Lab;
import io.virga.control.operator.supervise.Plan;
import io.virga.control.operator.underlay.UnderlayLinks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All processes of a home, in the order in which they are shown. */
public final class Cloud {

  private final Home home;
  private final CloudConfiguration configuration;
  private final Machine machine;
  private final Installation installation;
  private final Optional<ExternalNetwork> external;

  public Cloud(
      Home home, CloudConfiguration configuration, Machine machine, Installation installation) {
    this.home = home;
    this.configuration = configuration;
    this.machine = machine;
    this.installation = installation;
    this.external =
        runs(Part.NETWORK)
            ? Optional.of(new ExternalNetwork(home, configuration, machine))
            : Optional.empty();
  }

  /** What runs on this machine as it is now. */
  public List<Plan> plans() {
    JavaProcesses java = new JavaProcesses(home, configuration.ports(), installation);
    Set<Part> parts = Stream.of(Part.values()).filter(this::runs).collect(Collectors.toSet());
    List<Plan> plans = new ArrayList<>();
    if (configuration.database().isEmpty()) {
      plans.add(new DatabaseProcess(home, configuration.ports()).plan());
    }
    plans.add(java.plan(Service.CONTROL, new Plan.Order(List.of(DatabaseProcess.NAME), List.of())));
    plans.add(java.plan(Service.OBJECTSTORE, Plan.Order.ANY));
    configuration.moreNodes().forEach(node -> plans.add(java.plan(node)));
    for (CloudHost host : configuration.allHosts()) {
      HostProcesses processes = new HostProcesses(home.of(host), configuration, machine, java);
      plans.addAll(processes.plans(parts, host.isFirst() ? external : Optional.empty()));
    }
    return List.copyOf(plans);
  }

  /**
   * Makes what joins the hosts, before any process runs.
   *
   * @throws IllegalStateException if this machine cannot have several hosts
   */
  public void prepare() {
    if (configuration.hasUnderlay()) {
      obstacle(Part.NETWORK)
          .or(() -> machine.obstacle(Part.UNDERLAY))
          .ifPresent(
              reason -> {
                throw new IllegalStateException("--hosts: " + reason);
              });
      underlay().ensure();
    }
  }

  /** Removes it again, after the end of all processes. */
  public void remove() {
    new Lab(home, configuration).end();
    underlay().remove();
  }

  private UnderlayLinks underlay() {
    return new UnderlayLinks(home.run(), configuration);
  }

  /** What does not run, each with the reason. */
  public Map<String, String> off() {
    Map<String, String> off = new LinkedHashMap<>();
    for (Part part : Part.values()) {
      obstacle(part)
          .ifPresent(reason -> part.processes().forEach(process -> off.put(process, reason)));
    }
    external.map(ExternalNetwork::off).ifPresent(off::putAll);
    return off;
  }

  private boolean runs(Part part) {
    return obstacle(part).isEmpty();
  }

  private Optional<String> obstacle(Part part) {
    return configuration.without().contains(part.title())
        ? Optional.of("switched off by --without " + part.title())
        : machine.obstacle(part);
  }
}
