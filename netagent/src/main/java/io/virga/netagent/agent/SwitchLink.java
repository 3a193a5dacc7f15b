package io.virga.netagent.agent;

import io.virga.dataplane.operations.Health;
import io.virga.dataplane.transport.Transport;
import io.virga.netagent.openflow.Message;
import io.virga.netagent.openflow.client.OpenFlowConnection;
import io.virga.netagent.ovsdb.SwitchDatabase;
import io.virga.netagent.ovsdb.SwitchPort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two connections with the switch, opened when needed and again after they broke. Used by one
 * thread, but for the health checks.
 */
final class SwitchLink implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SwitchLink.class);
  private static final int TIMEOUT_SECONDS = 15;

  private final AgentSettings settings;
  private final Transport transport;
  private final Function<Message.PacketIn, List<Message.PacketOut>> packetIns;
  private final Runnable changed;
  private volatile Optional<SwitchDatabase> database = Optional.empty();
  private volatile Optional<OpenFlowConnection> connection = Optional.empty();

  /**
   * @param packetIns answers packets that the switch sends up, on an event loop
   * @param changed is called when something about the switch has changed
   */
  SwitchLink(
      AgentSettings settings,
      Transport transport,
      Function<Message.PacketIn, List<Message.PacketOut>> packetIns,
      Runnable changed) {
    this.settings = settings;
    this.transport = transport;
    this.packetIns = packetIns;
    this.changed = changed;
  }

  /** The database, with the bridge and the ports in it that the agent makes. */
  SwitchDatabase database() throws IOException {
    Optional<SwitchDatabase> open = database.filter(known -> !known.closed().isDone());
    if (open.isPresent()) {
      return open.get();
    }
    SwitchDatabase fresh = SwitchDatabase.open(settings.ovsdbSocket(), changed);
    try {
      fresh.ensureBridge(settings.bridge(), settings.datapathType());
      fresh.ensurePort(
          settings.bridge(),
          SwitchPort.internal(settings.metadata().interfaceName(), MetadataDoorway.MAC.toString()));
      settings.underlay().ensure(fresh, settings.bridge(), settings.datapathType());
    } catch (IOException failure) {
      fresh.close();
      throw failure;
    }
    // Only now: what is remembered has all in it that is needed, what is not is tried again.
    database = Optional.of(fresh);
    LOG.info("follows the database {}", settings.ovsdbSocket());
    fresh.closed().thenRun(changed);
    return fresh;
  }

  /** The bridge's OpenFlow connection; a new one says that nothing is known of the flows. */
  OpenFlowConnection connection(Runnable fresh) throws IOException, InterruptedException {
    Optional<OpenFlowConnection> open = connection.filter(known -> !known.closed().isDone());
    if (open.isPresent()) {
      return open.get();
    }
    Path socket = settings.runDirectory().resolve(settings.bridge() + ".mgmt");
    OpenFlowConnection made = connect(socket);
    connection = Optional.of(made);
    LOG.info("programs {}", socket);
    made.closed().thenRun(changed);
    fresh.run();
    return made;
  }

  private OpenFlowConnection connect(Path socket) throws IOException, InterruptedException {
    CompletableFuture<OpenFlowConnection> made =
        OpenFlowConnection.connect(transport, socket, this::answer);
    try {
      return await(made);
    } catch (IOException | InterruptedException failure) {
      // A switch that answers later than we wait would leave a connection that nobody closes.
      made.thenAccept(OpenFlowConnection::close);
      throw failure;
    }
  }

  private void answer(Message.PacketIn packetIn) {
    send(packetIns.apply(packetIn));
  }

  /** Has the switch send packets, if it is there. Any thread. */
  void send(List<Message.PacketOut> packets) {
    if (!packets.isEmpty()) {
      connection.ifPresent(open -> open.send(packets));
    }
  }

  /** Waits for the switch, at most fifteen seconds. */
  static <T> T await(Future<T> answer) throws IOException, InterruptedException {
    try {
      return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException refused) {
      throw new IOException(String.valueOf(refused.getCause()), refused);
    } catch (TimeoutException late) {
      throw new IOException("the switch did not answer in time", late);
    }
  }

  Health databaseHealth() {
    return database.filter(known -> !known.closed().isDone()).isPresent()
        ? Health.up("follows " + settings.ovsdbSocket())
        : Health.down("no connection with " + settings.ovsdbSocket());
  }

  Health connectionHealth() {
    return connection.filter(known -> !known.closed().isDone()).isPresent()
        ? Health.up("programs " + settings.bridge() + ", datapath " + settings.datapathType())
        : Health.down("no connection with " + settings.bridge());
  }

  @Override
  public void close() throws IOException {
    connection.ifPresent(OpenFlowConnection::close);
    if (database.isPresent()) {
      database.get().close();
    }
  }
}
