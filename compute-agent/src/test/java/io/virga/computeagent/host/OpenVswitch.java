package io.virga.computeagent.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An Open vSwitch of the test's own, forwarding in user space, with one bridge. */
public final class OpenVswitch implements AutoCloseable {

  private final Path folder;
  private final String bridge;
  private final List<Process> daemons = new ArrayList<>();

  /** Starts it; the bridge's name must be free on this machine. */
  public OpenVswitch(Path folder, String bridge) throws Exception {
    this.folder = folder;
    this.bridge = bridge;
    Path output = folder.resolve("output.log");
    Files.createDirectories(folder);
    Programs.run(
        output,
        "ovsdb-tool",
        "create",
        folder + "/conf.db",
        "/usr/share/openvswitch/vswitch.ovsschema");
    daemon("ovsdb-server", folder + "/conf.db", "--remote=punix:" + socket());
    Programs.await("ovsdb-server", Duration.ofSeconds(10), () -> Files.exists(socket()));
    Programs.run(output, "ovs-vsctl", database(), "--no-wait", "init");
    daemon("ovs-vswitchd", "unix:" + socket());
    Programs.run(
        output,
        "ovs-vsctl",
        "--timeout=20",
        database(),
        "add-br",
        bridge,
        "--",
        "set",
        "bridge",
        bridge,
        "datapath_type=netdev");
  }

  private void daemon(String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of(command));
    all.add("--unixctl=" + folder + "/" + command[0] + ".ctl");
    daemons.add(
        Programs.start(
            folder.resolve(command[0] + ".log"), Map.of("OVS_RUNDIR", folder.toString()), all));
  }

  /** What the switch knows of an interface. */
  public String externalIds(String interfaceName) throws Exception {
    Path output = Files.createTempFile(folder, "ids", ".txt");
    Programs.run(
        output,
        "ovs-vsctl",
        "--timeout=5",
        database(),
        "get",
        "interface",
        interfaceName,
        "external_ids");
    return Files.readString(output);
  }

  private Path socket() {
    return folder.resolve("db.sock");
  }

  private String database() {
    return "--db=unix:" + socket();
  }

  @Override
  public void close() throws Exception {
    Programs.run(
        folder.resolve("output.log"),
        "ovs-vsctl",
        "--timeout=20",
        database(),
        "--if-exists",
        "del-br",
        bridge);
    for (Process daemon : daemons.reversed()) {
      Programs.kill(daemon);
    }
  }
}
