package io.virga.control.compute.api;

import io.virga.control.compute.model.Flavor;
import io.virga.control.compute.model.Server;
import io.virga.control.compute.server.InstanceSpecs;
import io.virga.control.http.View;
import io.virga.control.network.InstancePorts.BoundPort;
import io.virga.control.volume.InstanceVolumes.AttachedVolume;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What clients see of servers and flavors, in Nova's words. */
final class ServerViews {

  private final String base;

  /**
   * @param endpoint the public base address of the cloud
   */
  ServerViews(URI endpoint) {
    this.base = endpoint + "/compute/v2.1";
  }

  /** A server with what hangs on it. */
  record Whole(Server server, List<BoundPort> ports, List<AttachedVolume> volumes) {}

  View brief(Server server) {
    return View.of("id", server.id())
        .with("name", server.name())
        .with("links", links("servers", server.id().toString()));
  }

  View whole(Whole whole, Microversion version, boolean admin) {
    Server server = whole.server();
    View view =
        View.of("id", server.id())
            .with("name", server.name())
            .with("status", server.status())
            .with("tenant_id", server.projectId())
            .with("user_id", server.userId())
            .with("metadata", server.metadata())
            .with("hostId", hostId(server))
            .with("image", reference("images", server.imageId()))
            .with("flavor", reference("flavors", server.size().flavorId()))
            .with("created", time(server.createdAt()))
            .with("updated", time(server.updatedAt()))
            .with("addresses", addresses(whole.ports()))
            .with("accessIPv4", "")
            .with("accessIPv6", "")
            .with("links", links("servers", server.id().toString()))
            .with("OS-DCF:diskConfig", "MANUAL")
            .with("OS-EXT-AZ:availability_zone", server.host().isEmpty() ? "" : InstanceSpecs.ZONE)
            .with("config_drive", server.access().configDrive() ? "True" : "")
            .with("key_name", server.access().keyName())
            .with("OS-SRV-USG:launched_at", server.observed().launchedAt().map(ServerViews::bare))
            .with("OS-SRV-USG:terminated_at", Optional.empty())
            .with("OS-EXT-STS:task_state", taskState(server))
            .with("OS-EXT-STS:vm_state", server.vmState())
            .with("OS-EXT-STS:power_state", server.powerState())
            .with(
                "os-extended-volumes:volumes_attached",
                whole.volumes().stream()
                    .filter(v -> !v.root())
                    .map(v -> volume(v, version))
                    .toList());
    if (!whole.ports().isEmpty()) {
      view.with(
          "security_groups",
          server.securityGroups().stream().map(name -> View.of("name", name)).toList());
    }
    return extended(view, server, version, admin);
  }

  View flavor(Flavor flavor) {
    return View.of("id", flavor.id())
        .with("name", flavor.name())
        .with("ram", flavor.ramMib())
        .with("disk", flavor.diskGib())
        .with("vcpus", flavor.vcpus())
        .with("swap", "")
        .with("OS-FLV-EXT-DATA:ephemeral", 0)
        .with("OS-FLV-DISABLED:disabled", false)
        .with("os-flavor-access:is_public", flavor.isPublic())
        .with("rxtx_factor", 1.0)
        .with("links", links("flavors", flavor.id()));
  }

  View briefFlavor(Flavor flavor) {
    return View.of("id", flavor.id())
        .with("name", flavor.name())
        .with("links", links("flavors", flavor.id()));
  }

  List<View> links(String collection, String id) {
    return List.of(
        View.of("rel", "self").with("href", base + "/" + collection + "/" + id),
        View.of("rel", "bookmark").with("href", base + "/" + collection + "/" + id));
  }

  private View extended(View view, Server server, Microversion version, boolean admin) {
    if (server.status().equals("ERROR")) {
      view.with(
          "fault",
          View.of("code", 500)
              .with("created", time(server.updatedAt()))
              .with("message", server.observed().error()));
    } else if (server.status().equals("ACTIVE")) {
      view.with("progress", 100);
    }
    if (admin) {
      view.with("OS-EXT-SRV-ATTR:host", server.host())
          .with("OS-EXT-SRV-ATTR:hypervisor_hostname", server.host())
          .with("OS-EXT-SRV-ATTR:instance_name", "virga-" + server.id());
    }
    if (version.atLeast(3) && admin) {
      view.with("OS-EXT-SRV-ATTR:hostname", server.hostname());
    }
    if (version.atLeast(9)) {
      view.with("locked", false);
    }
    if (version.atLeast(16)) {
      view.with("host_status", server.host().isEmpty() ? "" : "UP");
    }
    if (version.atLeast(19)) {
      view.with("description", server.description());
    }
    if (version.atLeast(26)) {
      view.with("tags", List.of());
    }
    return view;
  }

  private static Optional<String> taskState(Server server) {
    if (server.status().equals("BUILD")) {
      return Optional.of("spawning");
    }
    return server.task();
  }

  private static View volume(AttachedVolume volume, Microversion version) {
    View view = View.of("id", volume.volumeId());
    return version.atLeast(3) ? view.with("delete_on_termination", false) : view;
  }

  private View reference(String collection, String id) {
    return View.of("id", id)
        .with(
            "links",
            List.of(View.of("rel", "bookmark").with("href", base + "/" + collection + "/" + id)));
  }

  private static Map<String, List<View>> addresses(List<BoundPort> ports) {
    Map<String, List<View>> byNetwork = new LinkedHashMap<>();
    for (BoundPort port : ports) {
      List<View> all = byNetwork.computeIfAbsent(port.networkName(), name -> new ArrayList<>());
      port.addresses().forEach(ip -> all.add(address(port, ip, "fixed")));
      port.floatingAddresses().forEach(ip -> all.add(address(port, ip, "floating")));
    }
    return byNetwork;
  }

  private static View address(BoundPort port, String address, String type) {
    return View.of("version", address.contains(":") ? 6 : 4)
        .with("addr", address)
        .with("OS-EXT-IPS:type", type)
        .with("OS-EXT-IPS-MAC:mac_addr", port.mac());
  }

  /** Tells a tenant whether two of its servers share a host, and nothing of which host it is. */
  private static String hostId(Server server) {
    if (server.host().isEmpty()) {
      return "";
    }
    return HexFormat.of().formatHex(Digests.sha224((server.projectId() + server.host())));
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Without a zone, as Nova writes usage times. */
  private static String bare(Instant instant) {
    String text = instant.truncatedTo(ChronoUnit.SECONDS).toString();
    return text.substring(0, text.length() - 1) + ".000000";
  }
}
