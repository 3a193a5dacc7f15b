package io.virga.computeagent.domain;

import java.nio.file.Path;

/**
 * What of a domain depends on the host that it runs on.
 *
 * @param emulator the QEMU binary
 * @param nbdSocket the unix socket of the host's blockstore
 * @param integrationBridge the Open vSwitch bridge that taps are plugged into
 * @param instancesDirectory holds a directory {@code <instance id>} for each instance
 */
public record HostFacts(
    VirtType virtType,
    Path emulator,
    Path nbdSocket,
    String integrationBridge,
    Path instancesDirectory) {

  /** The folder of an instance: its console log, its screen and its config drive. */
  public Path instanceDirectory(String instanceId) {
    return instancesDirectory.resolve(InstanceNames.checkedId(instanceId));
  }

  /** What the guest wrote to its first serial line, appended to over all its lives. */
  public Path consoleLog(String instanceId) {
    return instanceDirectory(instanceId).resolve("console.log");
  }

  /** The unix socket of the guest's screen, while it runs. */
  public Path screen(String instanceId) {
    return instanceDirectory(instanceId).resolve("screen");
  }

  /** The image of the config drive. */
  public Path configDrive(String instanceId) {
    return instanceDirectory(instanceId).resolve("config-drive.iso");
  }
}
