package io.virga.netagent.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.virga.dataplane.watch.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * An Open vSwitch of its own, database and daemon, in a network namespace of its own, with further
 * namespaces as guests. Closing it removes all of it.
 */
public final class Switch implements AutoCloseable {

  private final Path home;
  private final String namespace;
  private final List<String> guests = new ArrayList<>();

  private Switch(Path home, String namespace) {
    this.home = home;
    this.namespace = namespace;
  }

  /** Starts it with an empty database. */
  public static Switch start() throws IOException, InterruptedException {
    Path home = Files.createTempDirectory("vsw");
    String namespace = "vsw-" + UUID.randomUUID().toString().substring(0, 6);
    Switch started = new Switch(home, namespace);
    Shell.must("ip", "netns", "add", namespace);
    Shell.must("ip", "-n", namespace, "link", "set", "lo", "up");
    String schema = "/usr/share/openvswitch/vswitch.ovsschema";
    Shell.must("ovsdb-tool", "create", home.resolve("conf.db").toString(), schema);
    started.daemon(
        "ovsdb-server",
        home.resolve("conf.db").toString(),
        "--remote=punix:" + started.databaseSocket());
    Shell.must("ovs-vsctl", started.database(), "--no-wait", "init");
    started.startForwarding();
    return started;
  }

  /** Starts the forwarding daemon. */
  public void startForwarding() throws IOException, InterruptedException {
    daemon("ovs-vswitchd", "unix:" + databaseSocket());
  }

  /** Ends the forwarding daemon without giving it a chance to clean up. */
  public void killForwarding() throws IOException {
    kill("ovs-vswitchd");
  }

  /** Sends the forwarding daemon a signal by its name, such as STOP. */
  public void signalForwarding(String signal) throws IOException, InterruptedException {
    long pid = pid("ovs-vswitchd").orElseThrow().pid();
    Shell.line("kill -%s %d".formatted(signal, pid));
  }

  /** Whether the forwarding daemon serves the bridge's OpenFlow socket. */
  public boolean hasManagementSocket() {
    return Files.exists(home.resolve("br-int.mgmt"));
  }

  /** Takes away the database's one row that all else hangs on, as if it had not been set up. */
  public void emptyDatabase() throws IOException, InterruptedException {
    Shell.must(
        "ovsdb-client",
        "transact",
        "unix:" + databaseSocket(),
        """
        ["Open_vSwitch", {"op": "delete", "table": "Open_vSwitch", "where": []}]""");
  }

  private void daemon(String program, String... arguments)
      throws IOException, InterruptedException {
    Shell.must(
        Stream.concat(
                Stream.of(
                    "ip",
                    "netns",
                    "exec",
                    namespace,
                    "env",
                    "OVS_RUNDIR=" + home,
                    "OVS_LOGDIR=" + home,
                    program),
                Stream.concat(
                    Stream.of(arguments),
                    Stream.of(
                        "--pidfile=" + home.resolve(program + ".pid"),
                        "--unixctl=" + home.resolve(program + ".ctl"),
                        "--log-file=" + home.resolve(program + ".log"),
                        "-vconsole:off",
                        "--no-chdir",
                        "--detach")))
            .toArray(String[]::new));
  }

  public Path databaseSocket() {
    return home.resolve("db.sock");
  }

  public Path runDirectory() {
    return home;
  }

  public String namespace() {
    return namespace;
  }

  private String database() {
    return "--db=unix:" + databaseSocket();
  }

  /** Runs {@code ovs-vsctl} with words separated by blanks. */
  public String vsctl(String words) throws IOException, InterruptedException {
    return Shell.line("ovs-vsctl --timeout=10 " + database() + " " + words);
  }

  /** Runs {@code ovs-ofctl} on the bridge. */
  public String ofctl(String command, String... arguments)
      throws IOException, InterruptedException {
    return Shell.must(
        Stream.concat(
                Stream.of(
                    "ovs-ofctl", "-OOpenFlow15", command, "unix:" + home.resolve("br-int.mgmt")),
                Stream.of(arguments))
            .toArray(String[]::new));
  }

  /** Traces a packet through the bridge. */
  public String trace(String packet) throws IOException, InterruptedException {
    return control("ofproto/trace", "br-int", packet);
  }

  /** The connections that are tracked, a line each. */
  public String connections() throws IOException, InterruptedException {
    return control("dpctl/dump-conntrack");
  }

  private String control(String... command) throws IOException, InterruptedException {
    Stream<String> daemon =
        Stream.of("ovs-appctl", "-t", home.resolve("ovs-vswitchd.ctl").toString());
    return Shell.must(Stream.concat(daemon, Stream.of(command)).toArray(String[]::new));
  }

  /** A namespace with a network card that is plugged into the bridge as the port. */
  public Guest plugGuest(String portId, String mac) throws IOException, InterruptedException {
    String tap = "tap" + portId.substring(0, 11);
    Guest guest = machine(tap, mac);
    vsctl(
        "add-port br-int %s -- set interface %s external_ids:iface-id=%s"
            .formatted(tap, tap, portId));
    return guest;
  }

  /** A namespace whose network card is a wire to a device of the switch's. */
  private Guest machine(String tap, String mac) throws IOException, InterruptedException {
    String name = namespace + "g" + guests.size();
    Shell.must("ip", "netns", "add", name);
    guests.add(name);
    Shell.line(
        "ip -n %s link add %s type veth peer name eth0 netns %s".formatted(namespace, tap, name));
    Shell.line("ip -n %s link set eth0 address %s".formatted(name, mac));
    Shell.line("ip netns exec %s ethtool -K eth0 tx off".formatted(name));
    Shell.line("ip netns exec %s ethtool -K %s tx off".formatted(namespace, tap));
    Shell.line("ip -n %s link set lo up".formatted(name));
    Shell.line("ip -n %s link set eth0 up".formatted(name));
    Shell.line("ip -n %s link set %s up".formatted(namespace, tap));
    return new Guest(name);
  }

  /** A namespace with a network card that is plugged into another bridge, with or without a tag. */
  public Guest plugMachine(String bridge, String mac, Optional<Integer> vlan)
      throws IOException, InterruptedException {
    String device = "mach" + guests.size();
    Guest machine = machine(device, mac);
    String tag = vlan.map(number -> " tag=" + number).orElse("");
    vsctl("add-port %s %s%s".formatted(bridge, device, tag));
    return machine;
  }

  /** Runs words separated by blanks in a namespace. */
  public static Shell.Result in(String name, String words)
      throws IOException, InterruptedException {
    return Shell.run(("ip netns exec " + name + " " + words).split(" "));
  }

  @Override
  public void close() throws IOException {
    for (String program : List.of("ovs-vswitchd", "ovsdb-server")) {
      kill(program);
    }
    try {
      for (String guest : guests) {
        Shell.run("ip", "netns", "del", guest);
      }
      Shell.run("ip", "netns", "del", namespace);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Ends the program without giving it a chance to clean up. */
  private void kill(String program) throws IOException {
    Optional<ProcessHandle> running = pid(program);
    running.ifPresent(ProcessHandle::destroyForcibly);
    running.ifPresent(
        process -> Eventually.isTrue(program + " has ended", () -> hasEnded(process)));
  }

  /** One that nobody has waited for yet is in the table of processes, but runs no program. */
  private static boolean hasEnded(ProcessHandle process) {
    return !process.isAlive() || process.info().command().isEmpty();
  }

  private Optional<ProcessHandle> pid(String program) throws IOException {
    Path pidFile = home.resolve(program + ".pid");
    return Files.exists(pidFile)
        ? ProcessHandle.of(Long.parseLong(Files.readString(pidFile, UTF_8).strip()))
        : Optional.empty();
  }
}
