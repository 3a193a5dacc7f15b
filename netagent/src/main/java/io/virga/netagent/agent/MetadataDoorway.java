package io.virga.netagent.agent;

import io.virga.dataplane.transport.Transport;
import io.virga.netagent.metadata.InstanceView;
import io.virga.netagent.metadata.MetadataServer;
import io.virga.netagent.ovsdb.Interface;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.HostView.MetadataDoor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata server and the internal port behind which it listens. The port's device has an
 * address of the range by which guests are known, and nothing else of this host is behind it. Used
 * by one thread.
 */
final class MetadataDoorway implements AutoCloseable {

  /** The MAC of the host's side. */
  static final MacAddress MAC = new MacAddress(0xfa163e64fffeL);

  private static final Logger LOG = LoggerFactory.getLogger(MetadataDoorway.class);
  private static final int COMMAND_SECONDS = 10;
  private static final int PREFIX_LENGTH = 16;

  private final AgentSettings.Metadata settings;
  private final Transport transport;
  private final Function<Ipv4Address, Optional<InstanceView>> instances;
  private Optional<MetadataServer> server = Optional.empty();

  MetadataDoorway(
      AgentSettings.Metadata settings,
      Transport transport,
      Function<Ipv4Address, Optional<InstanceView>> instances) {
    this.settings = settings;
    this.transport = transport;
    this.instances = instances;
  }

  /** Where the door is, once the switch has opened it. */
  Optional<MetadataDoor> door(Collection<Interface> interfaces) {
    return interfaces.stream()
        .filter(device -> device.name().equals(settings.interfaceName()))
        .filter(device -> device.ofport().isPresent())
        .flatMap(
            device ->
                MacAddress.parse(device.macInUse())
                    .map(
                        mac ->
                            new MetadataDoor(
                                device.ofport().getAsInt(),
                                mac,
                                settings.address(),
                                settings.port()))
                    .stream())
        .findFirst();
  }

  /** Has the server listen behind the door. */
  void serve() throws IOException, InterruptedException {
    configureDevice();
    if (server.isEmpty()) {
      InetSocketAddress address =
          new InetSocketAddress(settings.address().toString(), settings.port());
      server = Optional.of(MetadataServer.start(transport, address, instances));
      LOG.info("metadata is served on {}", address);
    }
  }

  /** Gives the device its address; Java does not see a device that has none. */
  private void configureDevice() throws IOException, InterruptedException {
    NetworkInterface device = NetworkInterface.getByName(settings.interfaceName());
    boolean configured =
        device != null
            && device.isUp()
            && device
                .inetAddresses()
                .anyMatch(
                    address -> address.getHostAddress().equals(settings.address().toString()));
    if (!configured) {
      String address = settings.address() + "/" + PREFIX_LENGTH;
      ip("address", "replace", address, "dev", settings.interfaceName());
      ip("link", "set", settings.interfaceName(), "up");
    }
  }

  private static void ip(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = "ip";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + " did not end");
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          String.join(" ", command) + " failed with status " + process.exitValue());
    }
  }

  @Override
  public void close() {
    server.ifPresent(MetadataServer::close);
  }
}
