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

  /** Makes the bridge, or sets its options where they differ. */
  public void ensureBridge(String bridge, String datapathType) throws OvsdbException {
    ObjectNode options = NODES.objectNode();
    options.put("datapath_type", datapathType);
    options.put("fail_mode", "secure");
    JsonNode rows = select("Bridge", bridge, List.of("datapath_type", "fail_mode"));
    if (rows.isEmpty()) {
      LOG.info("makes bridge {} with datapath {}", bridge, datapathType);
      transact(newBridge(bridge, options));
    } else if (!options.equals(rows.path(0))) {
      LOG.info("sets options of bridge {}: {}", bridge, options);
      ObjectNode update = operation("update", "Bridge");
      update.set("where", named(bridge));
      update.set("row", options);
      transact(List.of(update));
    }
  }

  /** Makes an internal port of the bridge, a network device of this host. */
  public void ensureInternalPort(String bridge, String name, String mac) throws OvsdbException {
    if (!select("Interface", name, List.of("name")).isEmpty()) {
      return;
    }
    LOG.info("makes internal port {} of bridge {}", name, bridge);
    ObjectNode device = insert("Interface", "device", name);
    row(device).put("type", "internal").put("mac", mac);
    ObjectNode port = insert("Port", "port", name);
    row(port).set("interfaces", reference("device"));
    transact(List.of(device, port, mutation("Bridge", named(bridge), "ports", "port")));
  }

  private static List<ObjectNode> newBridge(String name, ObjectNode options) {
    ObjectNode device = insert("Interface", "device", name);
    row(device).put("type", "internal");
    ObjectNode port = insert("Port", "port", name);
    row(port).set("interfaces", reference("device"));
    ObjectNode bridge = insert("Bridge", "bridge", name);
    for (Map.Entry<String, JsonNode> option : options.properties()) {
      row(bridge).set(option.getKey(), option.getValue());
    }
    row(bridge).set("ports", reference("port"));
    return List.of(
        device, port, bridge, mutation("Open_vSwitch", NODES.arrayNode(), "bridges", "bridge"));
  }

  private static ObjectNode operation(String name, String table) {
    return NODES.objectNode().put("op", name).put("table", table);
  }

  private static ObjectNode insert(String table, String uuidName, String name) {
    ObjectNode insert = operation("insert", table).put("uuid-name", uuidName);
    insert.set("row", NODES.objectNode().put("name", name));
    return insert;
  }

  private static ObjectNode row(ObjectNode insert) {
    return (ObjectNode) insert.path("row");
  }

  private static ArrayNode reference(String uuidName) {
    return NODES.arrayNode().add("named-uuid").add(uuidName);
  }

  private static ArrayNode named(String name) {
    ArrayNode where = NODES.arrayNode();
    where.addArray().add("name").add("==").add(name);
    return where;
  }

  private static ObjectNode mutation(
      String table, ArrayNode where, String column, String uuidName) {
    ObjectNode mutate = operation("mutate", table);
    mutate.set("where", where);
    ArrayNode mutations = NODES.arrayNode();
    mutations.addArray().add(column).add("insert").add(reference(uuidName));
    mutate.set("mutations", mutations);
    return mutate;
  }

  private JsonNode select(String table, String name, List<String> columns) throws OvsdbException {
    ObjectNode select = operation("select", table);
    select.set("where", named(name));
    ArrayNode wanted = NODES.arrayNode();
    columns.forEach(wanted::add);
    select.set("columns", wanted);
    return transact(List.of(select)).path(0).path("rows");
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
