package io.virga.control.operator.launch;

import io.virga.control.operator.external.ExternalNetwork;
import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.CloudHost;
import io.virga.control.operator.home.HostHome;
import io.virga.control.operator.home.Service;
import io.virga.control.operator.host.Machine;
import io.virga.control.operator.host.Part;
import io.virga.control.operator.supervise.Plan;
import io.virga.control.operator.supervise.Surroundings;
import io.virga.control.operator.underlay.NetworkNamespace;
import io.virga.control.operator.underlay.UnderlayLinks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What runs on one of the hosts: volumes, and those of network and compute that it is to have. */
final class HostProcesses {

  private final HostHome home;
  private final CloudHost host;
  private final CloudConfiguration cloud;
  private final Machine machine;
  private final NetworkNamespace namespace;
  private final JavaProcesses java;

  HostProcesses(HostHome home, CloudConfiguration cloud, Machine machine, JavaProcesses java) {
    this.home = home;
    this.host = home.host();
    this.cloud = cloud;
    this.machine = machine;
    this.namespace = UnderlayLinks.of(cloud.underlay(), host);
    this.java = java;
  }

  /**
   * In the order in which they are shown.
   *
   * @param external this machine's place in the external network, if it has one and this is its
   *     host
   */
  List<Plan> plans(Set<Part> parts, Optional<ExternalNetwork> external) {
    List<Plan> plans = new ArrayList<>();
    plans.add(plan(Service.BLOCKSTORE, Plan.Order.ANY, Surroundings.NONE));
    if (parts.contains(Part.NETWORK)) {
      plans.addAll(new SwitchProcesses(home, cloud, namespace, machine).plans());
      Surroundings surroundings = external.<Surroundings>map(e -> e).orElse(Surroundings.NONE);
      plans.add(plan(Service.NETAGENT, after(SwitchProcesses.SWITCH), surroundings));
    }
    if (parts.contains(Part.COMPUTE)) {
      plans.add(new HypervisorProcess(home, namespace, machine).plan());
      Surroundings guests = Surroundings.leftBehind(new Guests(home)::stop);
      plans.add(plan(Service.COMPUTE_AGENT, computeOrder(), guests));
    }
    return plans;
  }

  private Plan plan(Service service, Plan.Order order, Surroundings surroundings) {
    return java.plan(host, namespace, service, order, surroundings);
  }

  private Plan.Order after(String name) {
    return new Plan.Order(List.of(host.named(name)), List.of());
  }

  /** Guests are stopped once the agent has, and need their disks and ports until then. */
  private Plan.Order computeOrder() {
    return new Plan.Order(
        List.of(host.named(HypervisorProcess.NAME)),
        List.of(
            host.named(Service.BLOCKSTORE.title()),
            host.named(Service.NETAGENT.title()),
            host.named(SwitchProcesses.SWITCH)));
  }
}
