package io.virga.control.operator.launch;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.HostHome;
import io.virga.control.operator.home.PrivateFiles;
import io.virga.control.operator.host.Machine;
import io.virga.control.operator.host.Programs;
import io.virga.control.operator.supervise.Plan;
import io.virga.control.operator.supervise.SocketProbe;
import io.virga.control.operator.supervise.SurroundedProbe;
import io.virga.control.operator.supervise.Surroundings;
import io.virga.control.operator.underlay.NetworkNamespace;
import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * An Open vSwitch of a host's own: database in {@code data/openvswitch}, sockets in {@code
 * run/openvswitch}. The system's, if there is one, is left alone.
 */
public final class SwitchProcesses {

  public static final String DATABASE = "ovsdb-server";
  public static final String SWITCH = "ovs-vswitchd";

  private static final Path SCHEMA = Path.of("/usr/share/openvswitch/vswitch.ovsschema");

  private static final String SOCKET = "db.sock";
  private static final String INTERNAL =
      """
      ["Open_vSwitch", {"op": "select", "table": "Interface", "columns": ["name"],
        "where": [["type", "==", "internal"]]}]""";

  /** There is one in a network namespace; its name is fixed in Open vSwitch. */
  private static final String DATAPATH_TAP = "ovs-netdev";

  private static final int CONFIGURATION_SECONDS = 10;

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final HostHome home;
  private final NetworkNamespace namespace;
  private final HostBridges bridges;
  private final Machine machine;
  private final Path data;
  private final Path run;

  public SwitchProcesses(
      HostHome home, CloudConfiguration cloud, NetworkNamespace namespace, Machine machine) {
    this.home = home;
    this.bridges = new HostBridges(home, cloud, namespace, this::configure);
    this.namespace = namespace;
    this.machine = machine;
    this.data = home.data().resolve("openvswitch");
    this.run = home.switchRun();
  }

  public List<Plan> plans() {
    return List.of(
        plan(
            DATABASE,
            new Plan.Start(this::prepareDatabase, this::databaseCommand, environment()),
            List.of(),
            Surroundings.leftBehind(this::removeSocket)),
        plan(
            SWITCH,
            new Plan.Start(this::prepareSwitch, this::switchCommand, environment()),
            List.of(home.host().named(DATABASE)),
            Surroundings.of(bridges::ensure, this::removeTaps)));
  }

  private Plan plan(String name, Plan.Start start, List<String> after, Surroundings surroundings) {
    Path probed = run.resolve(name.equals(DATABASE) ? SOCKET : name + ".ctl");
    return new Plan(
        home.host().named(name),
        start,
        new SurroundedProbe(new SocketProbe(probed), surroundings),
        new Plan.Order(after, List.of()),
        new Plan.Stop("TERM", STOP_TIMEOUT, surroundings::remove));
  }

  private Map<String, String> environment() {
    return Map.of(
        "OVS_RUNDIR", run.toString(),
        "OVS_DBDIR", data.toString(),
        "OVS_LOGDIR", data.toString(),
        "OVS_SYSCONFDIR", data.toString());
  }

  /**
   * The user-space datapath's own taps are persistent: they would outlive the cloud. A switch whose
   * database ended in good order has left none, and others of their names are not ours. The file is
   * asked, because the database's server may have been killed. A namespace takes its own along.
   */
  private void removeTaps() {
    if (!home.host().isFirst() || !Files.exists(run.resolve(SOCKET))) {
      return;
    }
    String answer =
        Programs.run(List.of(program("ovsdb-tool"), "query", database().toString(), INTERNAL));
    List<String> names = new ArrayList<>(List.of(DATAPATH_TAP));
    for (JsonNode row : Json.mapper().readTree(answer).path(0).path("rows")) {
      names.add(row.path("name").asString());
    }
    Set<String> taps = namespace.links("type", "tun");
    names.stream()
        .filter(taps::contains)
        .forEach(name -> Programs.run(List.of(program("ip"), "link", "delete", name)));
  }

  /** A server that was killed leaves its socket. */
  private void removeSocket() {
    try {
      Files.deleteIfExists(run.resolve(SOCKET));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + run.resolve(SOCKET), e);
    }
  }

  private void prepareDatabase() {
    PrivateFiles.folder(data);
    PrivateFiles.folder(run);
    String tool = program("ovsdb-tool");
    if (!Files.exists(database())) {
      Programs.run(List.of(tool, "create", database().toString(), SCHEMA.toString()));
    } else if (Programs.run(
            List.of(tool, "needs-conversion", database().toString(), SCHEMA.toString()))
        .equals("yes")) {
      Programs.run(List.of(tool, "convert", database().toString(), SCHEMA.toString()));
    }
  }

  private void prepareSwitch() {
    configure(List.of("--no-wait", "init"));
    bridges.forget();
  }

  private void configure(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(program("ovs-vsctl"), "--db=unix:" + run.resolve(SOCKET)));
    command.add("--timeout=" + CONFIGURATION_SECONDS);
    command.addAll(arguments);
    Programs.run(command);
  }

  private List<String> databaseCommand() {
    return namespace.command(
        List.of(
            program(DATABASE),
            database().toString(),
            "--remote=punix:" + run.resolve(SOCKET),
            "--pidfile=" + run.resolve("ovsdb-server.pid"),
            "--unixctl=" + run.resolve("ovsdb-server.ctl"),
            "-vsyslog:off"));
  }

  private List<String> switchCommand() {
    return namespace.command(
        List.of(
            program(SWITCH),
            "unix:" + run.resolve(SOCKET),
            "--pidfile=" + run.resolve("ovs-vswitchd.pid"),
            "--unixctl=" + run.resolve("ovs-vswitchd.ctl"),
            "-vsyslog:off"));
  }

  private Path database() {
    return data.resolve("conf.db");
  }

  private String program(String name) {
    return machine
        .program(name)
        .map(Path::toString)
        .orElseThrow(() -> new IllegalStateException(name + " is not installed"));
  }
}
