package io.virga.control.compute.api;

import io.virga.control.compute.store.HostUsage;
import io.virga.control.hosts.Host;
import io.virga.control.http.View;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What hosts have, and what is used of it. */
final class HypervisorViews {

  private static final int CPU_INFO_OBJECT = 28;

  private HypervisorViews() {}

  static View detailed(
      View view, Host host, Map<String, HostUsage.OfHost> used, Microversion version) {
    return amounts(view, List.of(host), used)
        .with(
            "hypervisor_type",
            host.details().getOrDefault("virtType", "qemu").toUpperCase(Locale.ROOT))
        .with("hypervisor_version", version(host))
        .with("host_ip", address(host))
        .with("cpu_info", version.atLeast(CPU_INFO_OBJECT) ? Map.of() : "");
  }

  /** Where the host's compute agent is asked. */
  private static Optional<String> address(Host host) {
    return Optional.ofNullable(host.details().get("consoleUrl"))
        .map(url -> URI.create(url).getHost());
  }

  /** {@code QEMU 7.2.22} is 7002022, as libvirt and Nova count. */
  private static long version(Host host) {
    String text = host.details().getOrDefault("hypervisorVersion", "");
    long number = 0;
    for (String part : text.replaceAll("[^0-9.]", "").split("\\.", 3)) {
      number = number * 1000 + (part.matches("[0-9]{1,6}") ? Long.parseLong(part) : 0);
    }
    return number;
  }

  static View total(List<Host> hosts, Map<String, HostUsage.OfHost> used) {
    return amounts(View.of("count", hosts.size()), hosts, used);
  }

  private static View amounts(View view, List<Host> hosts, Map<String, HostUsage.OfHost> used) {
    long memory = hosts.stream().mapToLong(host -> host.capacity().memoryBytes() >> 20).sum();
    long disk = hosts.stream().mapToLong(host -> host.capacity().diskBytes() >> 30).sum();
    long cpus = hosts.stream().mapToLong(host -> host.capacity().vcpus()).sum();
    List<HostUsage.OfHost> uses =
        hosts.stream()
            .map(host -> used.getOrDefault(host.name(), HostUsage.OfHost.none(host.name())))
            .toList();
    long memoryUsed = uses.stream().mapToLong(HostUsage.OfHost::ramMib).sum();
    long diskUsed = uses.stream().mapToLong(HostUsage.OfHost::diskGib).sum();
    return view.with("vcpus", cpus)
        .with("vcpus_used", uses.stream().mapToLong(HostUsage.OfHost::vcpus).sum())
        .with("memory_mb", memory)
        .with("memory_mb_used", memoryUsed)
        .with("free_ram_mb", memory - memoryUsed)
        .with("local_gb", disk)
        .with("local_gb_used", diskUsed)
        .with("free_disk_gb", disk - diskUsed)
        .with("disk_available_least", disk - diskUsed)
        .with("running_vms", uses.stream().mapToLong(HostUsage.OfHost::servers).sum())
        .with("current_workload", 0);
  }
}
