package io.virga.control.compute.api;

import io.virga.control.compute.model.Server;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.1/servers/{id}/diagnostics}. What hosts do not report is null, as the API has it. */
final class DiagnosticRoutes {

  private static final int STANDARD = 48;
  private static final int KIBIBYTES_PER_MEBIBYTE = 1024;
  private static final List<String> OF_NICS =
      List.of(
          "rx_octets",
          "rx_errors",
          "rx_drop",
          "rx_packets",
          "rx_rate",
          "tx_octets",
          "tx_errors",
          "tx_drop",
          "tx_packets",
          "tx_rate");
  private static final List<String> OF_DISKS =
      List.of("read_bytes", "read_requests", "write_bytes", "write_requests", "errors_count");

  private final Servers servers;
  private final WholeServers whole;

  DiagnosticRoutes(Servers servers, WholeServers whole) {
    this.servers = servers;
    this.whole = whole;
  }

  List<Route> routes() {
    return List.of(Route.get("/v2.1/servers/{id}/diagnostics", Rule.ADMIN, this::show));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    boolean standard = Microversion.of(request).atLeast(STANDARD);
    return servers
        .find(request)
        .flatMap(server -> whole.of(request, server))
        .flatMap(
            one ->
                Replies.ok(
                    standard
                        ? view(one)
                        : View.of(
                            "memory",
                            (long) one.server().size().ramMib() * KIBIBYTES_PER_MEBIBYTE)));
  }

  private static View view(ServerViews.Whole whole) {
    Server server = whole.server();
    View cpu = nulls(List.of("id", "time", "utilisation"));
    return View.of("state", state(server.powerState()))
        .with("driver", "libvirt")
        .with("hypervisor", "qemu")
        .with("hypervisor_os", "linux")
        .with("uptime", Optional.empty())
        .with("config_drive", server.access().configDrive())
        .with("num_cpus", server.size().vcpus())
        .with("num_nics", whole.ports().size())
        .with("num_disks", whole.volumes().size())
        .with(
            "memory_details",
            View.of("maximum", server.size().ramMib()).with("used", Optional.empty()))
        .with("cpu_details", Collections.nCopies(server.size().vcpus(), cpu))
        .with(
            "nic_details",
            whole.ports().stream()
                .map(port -> nulls(OF_NICS).with("mac_address", port.mac()))
                .toList())
        .with("disk_details", whole.volumes().stream().map(v -> nulls(OF_DISKS)).toList());
  }

  private static View nulls(List<String> names) {
    View view = View.empty();
    names.forEach(name -> view.with(name, Optional.empty()));
    return view;
  }

  private static String state(int power) {
    return switch (power) {
      case 1 -> "running";
      case 3 -> "paused";
      case 4 -> "shutdown";
      case 6 -> "crashed";
      case 7 -> "suspended";
      default -> "pending";
    };
  }
}
