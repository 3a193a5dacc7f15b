package io.virga.netagent.ovsdb;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The database {@code Open_vSwitch}: follows its interfaces and makes the bridge and internal ports
 * that the agent needs. Calls block; any thread but an event loop may make them.
 */
public final class SwitchDatabase implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SwitchDatabase.class);
  private static final String DATABASE = "Open_vSwitch";

  /** The table with one row, from which all else hangs. */
  private static final String GLOBAL = "Open_vSwitch";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final OvsdbConnection connection;
  private final InterfaceTable table = new InterfaceTable();
  private final ReentrantLock tableLock = new ReentrantLock();
  private final Runnable changed;

  private SwitchDatabase(Path socket, Runnable changed) throws IOException {
    this.changed = changed;
    this.connection = OvsdbConnection.open(socket, this::notified);
  }

  /**
   * Connects and begins to follow.
   *
   * @param changed is called after each change of the interfaces, on a thread that must not be
   *     blocked
   */
  public static SwitchDatabase open(Path socket, Runnable changed) throws IOException {
    SwitchDatabase database = new SwitchDatabase(socket, changed);
    try {
      database.follow();
      return database;
    } catch (IOException failure) {
      database.close();
      throw failure;
    }
  }

  private void follow() throws OvsdbException {
    ArrayNode columns = NODES.arrayNode();
    InterfaceTable.COLUMNS.forEach(columns::add);
    ArrayNode requests = NODES.arrayNode();
    requests.addObject().set("columns", columns);
    ObjectNode tables = NODES.objectNode();
    tables.set("Interface", requests);
    ArrayNode params = NODES.arrayNode();
    params.add(DATABASE).add("interfaces").add(tables);
    tableLock.lock();
    try {
      table.apply(connection.call("monitor_cond", params));
    } finally {
      tableLock.unlock();
    }
  }

  private void notified(OvsdbMessage.Notification notification) {
    if (notification.method().equals("update2")) {
      tableLock.lock();
      try {
        table.apply(notification.params().path(1));
      } finally {
        tableLock.unlock();
      }
      changed.run();
    }
  }

  /** All interfaces, as last told. */
  public List<Interface> interfaces() {
    tableLock.lock();
    try {
      return table.rows();
    } finally {
      tableLock.unlock();
    }
  }

  /**
   * Makes the bridge that nothing but the agent programs, or sets its options where they differ.
   */
  public void ensureBridge(String bridge, String datapathType) throws OvsdbException {
    ObjectNode options =
        Operations.row().put("datapath_type", datapathType).put("fail_mode", "secure");
    JsonNode rows = select("Bridge", bridge, List.of("datapath_type", "fail_mode"));
    if (rows.isEmpty()) {
      makeBridge(bridge, options);
    } else if (!options.equals(rows.path(0))) {
      LOG.info("sets options of bridge {}: {}", bridge, options);
      transact(List.of(Operations.update("Bridge", bridge, options)));
    }
  }

  /**
   * Makes a bridge that forwards like any learning switch, if it is not there; one that is there is
   * the operator's and stays as it is.
   *
   * @throws OvsdbException if it is there with another datapath, over which no patch port leads
   */
  public void ensureLearningBridge(String bridge, String datapathType) throws OvsdbException {
    JsonNode rows = select("Bridge", bridge, List.of("datapath_type"));
    if (rows.isEmpty()) {
      makeBridge(
          bridge,
          Operations.row().put("datapath_type", datapathType).put("fail_mode", "standalone"));
      return;
    }
    String type = rows.path(0).path("datapath_type").asString("");
    String effective = type.isEmpty() ? "system" : type;
    if (!effective.equals(datapathType)) {
      throw new OvsdbException(
          "bridge %s has the datapath '%s': expected '%s', as the integration bridge has"
              .formatted(bridge, effective, datapathType));
    }
  }

  private void makeBridge(String name, ObjectNode options) throws OvsdbException {
    LOG.info("makes bridge {}: {}", name, options);
    ObjectNode bridge = options.deepCopy().put("name", name);
    bridge.set("ports", Operations.reference("port"));
    SwitchPort device = SwitchPort.ofBridge(name);
    transact(
        List.of(
            deviceInsert(device),
            portInsert(device),
            Operations.insert("Bridge", "bridge", bridge),
            global("bridges", "insert", Operations.reference("bridge"))));
  }

  /** Makes the port on the bridge, or sets its type and options where they differ. */
  public void ensurePort(String bridge, SwitchPort port) throws OvsdbException {
    JsonNode rows = select("Interface", port.name(), List.of("type", "options"));
    if (rows.isEmpty()) {
      LOG.info("makes port {} of bridge {}", port, bridge);
      transact(
          List.of(
              deviceInsert(port),
              portInsert(port),
              Operations.mutate(
                  "Bridge",
                  Operations.named(bridge),
                  "ports",
                  "insert",
                  Operations.reference("port"))));
      return;
    }
    boolean right =
        rows.path(0).path("type").asString("").equals(port.type())
            && Operations.pairs(rows.path(0).path("options")).equals(port.options());
    if (!right) {
      LOG.info("sets options of port {}", port);
      ObjectNode row = Operations.row().put("type", port.type());
      row.set("options", Operations.map(port.options()));
      transact(List.of(Operations.update("Interface", port.name(), row)));
    }
  }

  /** Takes the port off the bridge, if it is there. */
  public void removePort(String bridge, String name) throws OvsdbException {
    JsonNode rows = select("Port", name, List.of("_uuid"));
    if (!rows.isEmpty()) {
      LOG.info("removes port {} of bridge {}", name, bridge);
      transact(
          List.of(
              Operations.mutate(
                  "Bridge",
                  Operations.named(bridge),
                  "ports",
                  "delete",
                  rows.path(0).path("_uuid"))));
    }
  }

  /**
   * Says whether a forwarding daemon shall forward nothing before it is told that it has its flows.
   * One that runs heeds only the end of the wait.
   *
   * @return the number of this configuration, for {@link #configured}
   */
  public long holdForwarding(boolean hold) throws OvsdbException {
    String key = "flow-restore-wait";
    ArrayNode keys = NODES.arrayNode().add("set");
    keys.addArray().add(key);
    JsonNode results =
        transact(
            List.of(
                global("other_config", "delete", keys),
                global(
                    "other_config", "insert", Operations.map(Map.of(key, Boolean.toString(hold)))),
                global("next_cfg", "+=", NODES.numberNode(1)),
                Operations.selectAll(GLOBAL, List.of("next_cfg"))));
    return results.path(3).path("rows").path(0).path("next_cfg").asLong(0);
  }

  /** The number of the newest configuration that the forwarding daemon has carried out. */
  public long configured() throws OvsdbException {
    JsonNode results = transact(List.of(Operations.selectAll(GLOBAL, List.of("cur_cfg"))));
    return results.path(0).path("rows").path(0).path("cur_cfg").asLong(0);
  }

  private static ObjectNode global(String column, String mutator, JsonNode value) {
    return Operations.mutate(GLOBAL, Operations.everyRow(), column, mutator, value);
  }

  private static ObjectNode deviceInsert(SwitchPort port) {
    ObjectNode row = Operations.row().put("name", port.name()).put("type", port.type());
    row.set("options", Operations.map(port.options()));
    row.set("external_ids", Operations.map(port.externalIds()));
    port.mac().ifPresent(mac -> row.put("mac", mac));
    return Operations.insert("Interface", "device", row);
  }

  private static ObjectNode portInsert(SwitchPort port) {
    ObjectNode row = Operations.row().put("name", port.name());
    row.set("interfaces", Operations.reference("device"));
    return Operations.insert("Port", "port", row);
  }

  private JsonNode select(String table, String name, List<String> columns) throws OvsdbException {
    return transact(List.of(Operations.select(table, name, columns))).path(0).path("rows");
  }

  private JsonNode transact(List<ObjectNode> operations) throws OvsdbException {
    ArrayNode params = NODES.arrayNode();
    params.add(DATABASE);
    operations.forEach(params::add);
    JsonNode results = connection.call("transact", params);
    for (JsonNode result : results) {
      if (result.has("error")) {
        throw new OvsdbException("transaction refused: " + result);
      }
    }
    for (int index = 0; index < operations.size(); index++) {
      // A change counts the rows that it met. Without one the transaction succeeds all the same.
      if (results.path(index).path("count").asInt(1) == 0) {
        throw new OvsdbException("no row to change: " + operations.get(index));
      }
    }
    return results;
  }

  /** Completes with the reason when the connection has ended. */
  public CompletableFuture<String> closed() {
    return connection.closed();
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
