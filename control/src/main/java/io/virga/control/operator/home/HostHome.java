package io.virga.control.operator.home;

import java.nio.file.Path;

/** What one host has of its own in a home: settings, data, sockets. */
public record HostHome(Home home, CloudHost host) {

  public Path settings(Service service) {
    return home.settings(host.named(service.title()));
  }

  public Path data() {
    return host.isFirst() ? home.data() : home.data().resolve(folder());
  }

  public Path run() {
    return host.isFirst() ? home.run() : home.run().resolve(folder());
  }

  /** The sockets of the host's Open vSwitch. */
  public Path switchRun() {
    return run().resolve("openvswitch");
  }

  /** The unix socket of the switch's database. */
  public Path switchDatabase() {
    return switchRun().resolve("db.sock");
  }

  /** Where the host's guests find their disks. */
  public Path nbdSocket() {
    return run().resolve("nbd.sock");
  }

  private String folder() {
    return "host-" + host.number();
  }
}
