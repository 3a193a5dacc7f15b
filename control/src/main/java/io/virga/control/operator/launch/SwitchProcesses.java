package io.virga.control.operator.launch;

import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.PrivateFiles;
import io.virga.control.operator.host.Machine;
import io.virga.control.operator.supervise.Plan;
import io.virga.control.operator.supervise.SocketProbe;
import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * An Open vSwitch of the home's own: database in {@code data/openvswitch}, sockets in {@code
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

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final Machine machine;
  private final Path data;
  private final Path run;

  public SwitchProcesses(Home home, Machine machine) {
    this.machine = machine;
    this.data = home.data().resolve("openvswitch");
    this.run = runFolder(home);
  }

  /** Where the sockets are. */
  public static Path runFolder(Home home) {
    return home.run().resolve("openvswitch");
  }

  /** The unix socket of the switch's database. */
  public static Path databaseSocket(Home home) {
    return runFolder(home).resolve(SOCKET);
  }

  public List<Plan> plans() {
    return List.of(
        plan(
            DATABASE,
            new Plan.Start(this::prepareDatabase, this::databaseCommand, environment()),
            List.of(),
            this::removeSocket),
        plan(
            SWITCH,
            new Plan.Start(this::prepareSwitch, this::switchCommand, environment()),
            List.of(DATABASE),
            this::removeTaps));
  }

  private Plan plan(String name, Plan.Start start, List<String> after, Runnable afterwards) {
    Path probed = run.resolve(name.equals(DATABASE) ? SOCKET : name + ".ctl");
    return new Plan(
        name,
        start,
        new SocketProbe(probed),
        new Plan.Order(after, List.of()),
        new Plan.Stop("TERM", STOP_TIMEOUT, afterwards));
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
   * asked, because the database's server may have been killed.
   */
  private void removeTaps() {
    if (!Files.exists(run.resolve(SOCKET))) {
      return;
    }
    String answer =
        Programs.run(List.of(program("ovsdb-tool"), "query", database().toString(), INTERNAL));
    List<String> names = new ArrayList<>(List.of(DATAPATH_TAP));
    for (JsonNode row : Json.mapper().readTree(answer).path(0).path("rows")) {
      names.add(row.path("name").asString());
    }
    names.stream()
        .filter(name -> Files.exists(Path.of("/sys/class/net", name, "tun_flags")))
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
    String socket = "unix:" + run.resolve(SOCKET);
    Programs.run(List.of(program("ovs-vsctl"), "--db=" + socket, "--no-wait", "init"));
  }

  private List<String> databaseCommand() {
    return List.of(
        program(DATABASE),
        database().toString(),
        "--remote=punix:" + run.resolve(SOCKET),
        "--pidfile=" + run.resolve("ovsdb-server.pid"),
        "--unixctl=" + run.resolve("ovsdb-server.ctl"),
        "-vsyslog:off");
  }

  private List<String> switchCommand() {
    return List.of(
        program(SWITCH),
        "unix:" + run.resolve(SOCKET),
        "--pidfile=" + run.resolve("ovs-vswitchd.pid"),
        "--unixctl=" + run.resolve("ovs-vswitchd.ctl"),
        "-vsyslog:off");
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
