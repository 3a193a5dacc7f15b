package io.virga.control.compute.api;

import io.virga.control.compute.server.InstanceSpecs;
import io.virga.control.hosts.Host;
import java.util.Map;

/** What the API calls hosts and the processes on them. */
final class ComputeHosts {

  /** The processes that run servers. */
  static final String SERVICE = "compute-agent";

  private static final int UUIDS = 53;

  private ComputeHosts() {}

  /** A UUID, and a number for old clients; the same for a process at all times. */
  static Object id(Host host, Microversion version) {
    return version.atLeast(UUIDS) ? host.id() : (Object) (host.id().hashCode() & Integer.MAX_VALUE);
  }

  /** The availability zone of a host, of those that hosts are in by an aggregate. */
  static String zone(Map<String, String> zones, String host) {
    return zones.getOrDefault(host, InstanceSpecs.ZONE);
  }

  static String state(Host host) {
    return host.isUp() ? "up" : "down";
  }

  static String status(Host host) {
    return host.disabled() ? "disabled" : "enabled";
  }
}
