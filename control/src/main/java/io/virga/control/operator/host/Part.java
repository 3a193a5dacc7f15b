package io.virga.control.operator.host;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The parts of a cloud that need programs which do not come along. */
public enum Part {
  NETWORK(
      Map.of(
          "ovsdb-server", "openvswitch-switch",
          "ovs-vswitchd", "openvswitch-switch",
          "ip", "iproute2"),
      List.of("ovsdb-server", "ovs-vswitchd", "netagent")),
  /** What joins several hosts on this machine. */
  UNDERLAY(Map.of("ethtool", "ethtool"), List.of()),
  COMPUTE(
      Map.of(
          "libvirtd", "libvirt-daemon-system",
          "virsh", "libvirt-clients",
          "qemu-system-x86_64", "qemu-system-x86",
          "qemu-img", "qemu-utils",
          // QEMU's own iSCSI initiator.
          "/usr/lib/x86_64-linux-gnu/qemu/block-iscsi.so", "qemu-block-extra"),
      List.of("libvirtd", "compute-agent"));

  private final Map<String, String> packageOfProgram;
  private final List<String> processes;

  Part(Map<String, String> packageOfProgram, List<String> processes) {
    this.packageOfProgram = packageOfProgram;
    this.processes = processes;
  }

  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The processes that run it. */
  public List<String> processes() {
    return processes;
  }

  Map<String, String> packageOfProgram() {
    return packageOfProgram;
  }
}
