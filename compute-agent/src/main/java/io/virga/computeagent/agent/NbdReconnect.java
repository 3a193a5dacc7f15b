package io.virga.computeagent.agent;

import io.virga.computeagent.agent.InstanceMemory.Reconnecting;
import io.virga.computeagent.domain.DeviceXml;
import io.virga.computeagent.domain.HostFacts;
import io.virga.computeagent.domain.LiveDomain.LiveDisk;
import io.virga.computeagent.libvirt.DomainStatus;
import io.virga.computeagent.libvirt.Hypervisor;
import io.virga.computeagent.libvirt.HypervisorException;
import io.virga.computeagent.libvirt.HypervisorException.Reason;
import io.virga.dataplane.json.Json;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Makes QEMU wait for a blockstore that is being restarted, where libvirt is too old to tell it so
 * ({@code <reconnect>} of NBD sources; 9.0 does not know it): a second NBD node with {@code
 * reconnect-delay} takes the place of libvirt's own under the disk's format node, by {@code
 * blockdev-reopen}. libvirt does not notice: it goes on naming its nodes, and removes them at a
 * detach; the agent's node is removed after it.
 */
final class NbdReconnect {

  private static final String OUR_NODE = "virga-";
  private static final Map<String, Object> DIRECT = Map.of("direct", true, "no-flush", false);

  private final Hypervisor hypervisor;
  private final HostFacts facts;

  NbdReconnect(Hypervisor hypervisor, HostFacts facts) {
    this.hypervisor = hypervisor;
    this.facts = facts;
  }

  /** Sees to it for every disk of a domain that has a QEMU; notes what it has done. */
  void ensure(String instanceId, DomainStatus status, Reconnecting noted) {
    Set<Integer> present = new HashSet<>();
    boolean missing = false;
    for (LiveDisk disk : status.running().disks()) {
      if (!disk.reconnects() && disk.index() > 0) {
        present.add(disk.index());
        missing |= !noted.done().contains(disk.index());
      }
    }
    if (!missing && present.containsAll(noted.begun())) {
      return;
    }
    Set<Integer> ours = ourNodes(instanceId);
    noted.begun().addAll(present);
    noted.begun().addAll(ours);
    for (LiveDisk disk : status.running().disks()) {
      if (present.contains(disk.index()) && !noted.done().contains(disk.index())) {
        replace(instanceId, disk, ours.contains(disk.index()));
        noted.done().add(disk.index());
      }
    }
    for (int index : ours) {
      if (!present.contains(index)) {
        command(instanceId, "blockdev-del", Map.of("node-name", OUR_NODE + index));
      }
    }
    noted.begun().retainAll(present);
    noted.done().retainAll(present);
  }

  private void replace(String instanceId, LiveDisk disk, boolean opened) {
    String ours = OUR_NODE + disk.index();
    if (!opened) {
      command(instanceId, "blockdev-add", node(ours, disk));
    }
    Map<String, Object> format =
        Map.of(
            "driver",
            "raw",
            "node-name",
            "libvirt-" + disk.index() + "-format",
            "read-only",
            disk.readOnly(),
            "discard",
            "unmap",
            "cache",
            DIRECT,
            "file",
            ours);
    command(instanceId, "blockdev-reopen", Map.of("options", List.of(format)));
  }

  private Map<String, Object> node(String name, LiveDisk disk) {
    Map<String, Object> node = new HashMap<>();
    node.put("driver", "nbd");
    node.put("node-name", name);
    node.put("export", disk.exportName());
    node.put("reconnect-delay", DeviceXml.RECONNECT_DELAY_SECONDS);
    node.put("read-only", disk.readOnly());
    node.put("discard", "unmap");
    node.put("cache", DIRECT);
    disk.nbd()
        .ifPresentOrElse(
            far -> {
              String port = Integer.toString(far.port());
              node.put("server", Map.of("type", "inet", "host", far.address(), "port", port));
              // What libvirt has made of the host's certificate for its own node.
              node.put("tls-creds", "objlibvirt-" + disk.index() + "-storage_tls0");
            },
            () -> node.put("server", Map.of("type", "unix", "path", facts.nbdSocket().toString())));
    return node;
  }

  private Set<Integer> ourNodes(String instanceId) {
    Set<Integer> indices = new HashSet<>();
    JsonNode answer = command(instanceId, "query-named-block-nodes", Map.of("flat", true));
    for (JsonNode node : answer) {
      String name = node.path("node-name").asString("");
      if (name.matches(OUR_NODE + "[0-9]{1,9}")) {
        indices.add(Integer.parseInt(name.substring(OUR_NODE.length())));
      }
    }
    return indices;
  }

  private JsonNode command(String instanceId, String name, Map<String, Object> arguments) {
    String command = Json.text(Map.of("execute", name, "arguments", arguments));
    JsonNode answer = Json.read(hypervisor.monitor(instanceId, command), JsonNode.class);
    JsonNode error = answer.path("error");
    if (!error.isMissingNode()) {
      throw new HypervisorException(
          Reason.DISK_AWAY, name + " of " + instanceId + ": " + error.path("desc").asString(""));
    }
    return answer.path("return");
  }
}
