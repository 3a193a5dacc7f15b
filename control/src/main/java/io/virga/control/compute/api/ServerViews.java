package io.virga.control.compute.api;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.model.VmState;
import io.virga.control.compute.store.ServerLists;
import io.virga.control.hosts.Host;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.View;
import io.virga.control.network.InstancePorts.BoundPort;
import io.virga.control.volume.InstanceVolumes.Disk;
import java.net.URI;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What clients see of servers, in Nova's words. */
final class ServerViews {

  private static final int MORE_FOR_ADMINS = 3;
  private static final int LOCKED = 9;
  private static final int HOST_STATUS = 16;
  private static final int TAGS = 26;
  private static final int EMBEDDED_FLAVOR = 47;
  private static final int REBUILT_KEY = 54;
  private static final int REBUILT_USER_DATA = 57;
  private static final int TRUSTED_CERTIFICATES = 63;
  private static final int GROUPS = 71;
  private static final int LOCKED_REASON = 73;

  private final String base;

  /**
   * @param endpoint the public base address of the cloud
   */
  ServerViews(URI endpoint) {
    this.base = endpoint + "/compute/v2.1";
  }

  /**
   * A server with what hangs on it.
   *
   * @param host its host, where that is shown
   */
  record Whole(Server server, List<BoundPort> ports, List<Disk> volumes, Optional<Host> host) {}

  /** Whether the answer to a request has user data. */
  static boolean showsUserData(ApiRequest request) {
    return request.caller().isAdmin() && Microversion.of(request).atLeast(MORE_FOR_ADMINS);
  }

  /** Whether the answer to a request says how the host is. */
  static boolean showsHosts(ApiRequest request) {
    return request.caller().isAdmin() && Microversion.of(request).atLeast(HOST_STATUS);
  }

  View brief(ServerLists.Named server) {
    return View.of("id", server.id())
        .with("name", server.name())
        .with("links", links("servers", server.id().toString()));
  }

  /** What a change answers: not how the server is doing on its host. */
  View changed(Whole whole, Microversion version) {
    return basic(whole.server(), version).with("addresses", addresses(whole.ports(), false));
  }

  /** What a rebuild answers. */
  View rebuilt(Whole whole, Microversion version, String password) {
    View view = changed(whole, version).with("adminPass", password);
    if (version.atLeast(REBUILT_KEY)) {
      view.with("key_name", whole.server().access().keyName());
    }
    if (version.atLeast(REBUILT_USER_DATA)) {
      view.with("user_data", whole.server().access().userData());
    }
    return view;
  }

  View whole(Whole whole, Microversion version, boolean admin) {
    Server server = whole.server();
    View view =
        basic(server, version)
            .with("addresses", addresses(whole.ports(), true))
            .with(
                "OS-EXT-AZ:availability_zone",
                server.runsOn().isEmpty() ? "" : server.placed().zone())
            .with("config_drive", server.access().configDrive() ? "True" : "")
            .with("key_name", server.access().keyName())
            .with("OS-SRV-USG:launched_at", server.observed().launchedAt().map(Times::bare))
            .with("OS-SRV-USG:terminated_at", Optional.empty())
            .with("OS-EXT-STS:task_state", server.task())
            .with("OS-EXT-STS:vm_state", server.vmState().word())
            .with("OS-EXT-STS:power_state", server.powerState())
            .with(
                "os-extended-volumes:volumes_attached",
                whole.volumes().stream()
                    .filter(v -> !v.root())
                    .map(v -> volume(v, version))
                    .toList());
    if (!whole.ports().isEmpty() && !server.build().securityGroups().isEmpty()) {
      view.with("security_groups", groups(server));
    }
    return admin ? forAdmins(view, whole, version) : view;
  }

  List<View> groups(Server server) {
    return server.build().securityGroups().stream().map(name -> View.of("name", name)).toList();
  }

  List<View> links(String collection, String id) {
    return List.of(
        View.of("rel", "self").with("href", address(collection, id)),
        View.of("rel", "bookmark").with("href", address(collection, id)));
  }

  /** Where clients find a thing. */
  String address(String collection, String id) {
    return base + "/" + collection + "/" + id;
  }

  private View basic(Server server, Microversion version) {
    View view =
        View.of("id", server.id())
            .with("name", server.name())
            .with("status", server.status())
            .with("tenant_id", server.projectId())
            .with("user_id", server.owner().userId())
            .with("metadata", server.description().metadata())
            .with("hostId", hostId(server.projectId(), server.runsOn()))
            .with("image", image(server))
            .with("flavor", flavor(server.size(), version))
            .with("created", Times.text(server.createdAt()))
            .with("updated", Times.text(server.updatedAt()))
            .with("accessIPv4", server.description().accessV4())
            .with("accessIPv6", server.description().accessV6())
            .with("links", links("servers", server.id().toString()))
            .with("OS-DCF:diskConfig", server.build().diskConfig());
    if (server.vmState() == VmState.ERROR) {
      view.with(
          "fault",
          View.of("code", 500)
              .with("created", Times.text(server.updatedAt()))
              .with("message", server.observed().error().orElse("")));
    } else if (server.vmState().progresses()) {
      view.with("progress", server.vmState() == VmState.BUILDING ? 0 : 100);
    }
    return since(view, server, version);
  }

  private View since(View view, Server server, Microversion version) {
    if (version.atLeast(LOCKED)) {
      view.with("locked", server.lock().isPresent());
    }
    if (version.atLeast(ServerBodies.DESCRIPTION)) {
      view.with("description", Optional.of(server.description().text()).filter(t -> !t.isEmpty()));
    }
    if (version.atLeast(TAGS)) {
      view.with("tags", server.description().tags());
    }
    if (version.atLeast(TRUSTED_CERTIFICATES)) {
      view.with("trusted_image_certificates", Optional.empty());
    }
    if (version.atLeast(LOCKED_REASON)) {
      view.with("locked_reason", server.lock().flatMap(Server.Lock::reason));
    }
    return view;
  }

  /** The answer with one server: it has what lists do not show. */
  static View one(View view, Server server, Microversion version) {
    if (version.atLeast(GROUPS)) {
      view.with("server_groups", server.placed().groupId().stream().map(UUID::toString).toList());
    }
    return View.of("server", view);
  }

  private static View forAdmins(View view, Whole whole, Microversion version) {
    Server server = whole.server();
    Optional<String> host = Optional.of(server.runsOn()).filter(name -> !name.isEmpty());
    view.with("OS-EXT-SRV-ATTR:host", host)
        .with("OS-EXT-SRV-ATTR:hypervisor_hostname", host)
        .with("OS-EXT-SRV-ATTR:instance_name", "virga-" + server.id());
    if (version.atLeast(MORE_FOR_ADMINS)) {
      view.with("OS-EXT-SRV-ATTR:reservation_id", server.placed().reservationId())
          .with("OS-EXT-SRV-ATTR:launch_index", server.placed().launchIndex())
          .with("OS-EXT-SRV-ATTR:hostname", server.hostname())
          .with("OS-EXT-SRV-ATTR:kernel_id", "")
          .with("OS-EXT-SRV-ATTR:ramdisk_id", "")
          .with("OS-EXT-SRV-ATTR:root_device_name", "/dev/vda")
          .with("OS-EXT-SRV-ATTR:user_data", server.access().userData());
    }
    if (version.atLeast(HOST_STATUS)) {
      view.with("host_status", whole.host().map(ServerViews::hostStatus).orElse(""));
    }
    return view;
  }

  /** Each of these says more than the next. */
  private static String hostStatus(Host host) {
    if (host.forcedDown()) {
      return "DOWN";
    }
    if (host.disabled()) {
      return "MAINTENANCE";
    }
    return host.connected() ? "UP" : "UNKNOWN";
  }

  private Object image(Server server) {
    return server.build().imageId().isEmpty() ? "" : reference("images", server.build().imageId());
  }

  private View flavor(Server.Size size, Microversion version) {
    return version.atLeast(EMBEDDED_FLAVOR)
        ? View.of("original_name", size.flavorName())
            .with("vcpus", size.vcpus())
            .with("ram", size.ramMib())
            .with("disk", size.diskGib())
            .with("ephemeral", size.ephemeralGib())
            .with("swap", size.swapMib())
            .with("extra_specs", size.extraSpecs())
        : reference("flavors", size.flavorId());
  }

  private static View volume(Disk volume, Microversion version) {
    View view = View.of("id", volume.volumeId());
    return version.atLeast(MORE_FOR_ADMINS)
        ? view.with("delete_on_termination", volume.ends())
        : view;
  }

  private View reference(String collection, String id) {
    return View.of("id", id)
        .with("links", List.of(View.of("rel", "bookmark").with("href", address(collection, id))));
  }

  private static Map<String, List<View>> addresses(List<BoundPort> ports, boolean extended) {
    Map<String, List<View>> byNetwork = new LinkedHashMap<>();
    for (BoundPort port : ports) {
      List<View> all = byNetwork.computeIfAbsent(port.networkName(), name -> new ArrayList<>());
      port.addresses().forEach(ip -> all.add(address(port, ip, "fixed", extended)));
      port.floatingAddresses().forEach(ip -> all.add(address(port, ip, "floating", extended)));
    }
    return byNetwork;
  }

  private static View address(BoundPort port, String address, String type, boolean extended) {
    View view = View.of("version", address.contains(":") ? 6 : 4).with("addr", address);
    return extended
        ? view.with("OS-EXT-IPS:type", type).with("OS-EXT-IPS-MAC:mac_addr", port.mac())
        : view;
  }

  /** For {@code GET …/ips}. */
  static Map<String, List<View>> ips(List<BoundPort> ports) {
    return addresses(ports, false);
  }

  /** Tells a tenant whether two of its servers share a host, and nothing of which host it is. */
  static String hostId(String projectId, String host) {
    return host.isEmpty() ? "" : HexFormat.of().formatHex(Digests.sha224(projectId + host));
  }
}
