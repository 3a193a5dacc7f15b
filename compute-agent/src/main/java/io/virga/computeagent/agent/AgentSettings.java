package io.virga.computeagent.agent;

import io.virga.computeagent.domain.HostFacts;
import io.virga.computeagent.domain.VirtType;
import io.virga.computeagent.facts.VirtTypeDetection;
import io.virga.dataplane.configuration.DataSize;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.configuration.Settings;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The agent's own settings, {@code virga.compute-agent.…}.
 *
 * @param libvirtUri for example {@code qemu+unix:///system?socket=/…/libvirt-sock}
 * @param virtType what {@code virt-type} says, or what was found out
 * @param consoleUrl where control finds the consoles
 * @param consoleLogLimit how long one console's log may become
 * @param workers how many instances are worked on at once
 * @param hostsOfMachine how many hosts share this machine's memory
 */
record AgentSettings(
    String libvirtUri,
    HostFacts facts,
    HostPort consoleListen,
    String consoleUrl,
    DataSize consoleLogLimit,
    int workers,
    int hostsOfMachine) {

  /** What runs guests, as it is written in the settings. */
  enum VirtTypeChoice {
    AUTO,
    KVM,
    QEMU
  }

  private static final int DEFAULT_WORKERS = 8;
  private static final int MAX_WORKERS = 64;
  private static final int MAX_HOSTS = 1024;

  static AgentSettings read(Settings settings) throws IOException {
    Path nbdSocket = settings.path("virga.compute-agent.nbd-socket").toAbsolutePath().normalize();
    Path instances =
        settings.path("virga.compute-agent.instances-directory").toAbsolutePath().normalize();
    HostPort listen = settings.hostPort("virga.compute-agent.console-listen");
    HostFacts facts =
        new HostFacts(
            virtType(settings.choice("virga.compute-agent.virt-type", VirtTypeChoice.AUTO)),
            settings.path("virga.compute-agent.emulator", Path.of("/usr/bin/qemu-system-x86_64")),
            nbdSocket,
            settings.text("virga.compute-agent.integration-bridge", "br-int"),
            instances);
    return new AgentSettings(
        settings.text("virga.compute-agent.libvirt-uri"),
        facts,
        listen,
        settings.text("virga.compute-agent.console-url", "https://" + listen),
        settings.size("virga.compute-agent.console-log-limit", DataSize.ofMebibytes(4)),
        settings.integer("virga.compute-agent.workers", 1, MAX_WORKERS, DEFAULT_WORKERS),
        settings.integer("virga.compute-agent.hosts-of-machine", 1, MAX_HOSTS, 1));
  }

  private static VirtType virtType(VirtTypeChoice choice) throws IOException {
    return switch (choice) {
      case AUTO -> VirtTypeDetection.detect();
      case KVM -> VirtType.KVM;
      case QEMU -> VirtType.QEMU;
    };
  }
}
