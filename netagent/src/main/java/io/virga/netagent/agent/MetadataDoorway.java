package io.virga.netagent.agent;

import io.virga.dataplane.transport.Transport;
import io.virga.netagent.dns.DnsStreamServer;
import io.virga.netagent.metadata.InstanceView;
import io.virga.netagent.metadata.MetadataServer;
import io.virga.netagent.ovsdb.Interface;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.HostView.MetadataDoor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata server, the one that answers DNS over TCP, and the internal port behind which they
 * listen. The port's device has an address of each range by which guests are known, one of IPv6
 * only where this host has that, and nothing else of this host is behind it. Used by one thread.
 */
final class MetadataDoorway implements AutoCloseable {

  /** The MAC of the host's side. */
  static final MacAddress MAC = new MacAddress(0xfa163e64fffeL);

  private static final Logger LOG = LoggerFactory.getLogger(MetadataDoorway.class);
  private static final int COMMAND_SECONDS = 10;
  private static final int PREFIX_LENGTH = 16;
  private static final int PREFIX_LENGTH_IPV6 = 64;
  private static final Path IPV6 = Path.of("/proc/sys/net/ipv6/conf");

  private final AgentSettings.Metadata settings;
  private final Transport transport;
  private final int dnsPort;
  private final Function<IpAddress, Optional<InstanceView>> instances;
  private final DnsStreamServer names;
  private final Map<IpAddress, MetadataServer> servers = new HashMap<>();
  private final Set<IpAddress> named = new HashSet<>();

  /**
   * @param instances who a sender is
   * @param guests who may ask for names, and what is said
   */
  MetadataDoorway(
      AgentSettings settings,
      Transport transport,
      Function<IpAddress, Optional<InstanceView>> instances,
      DnsStreamServer.Guests guests) {
    this.settings = settings.metadata();
    this.dnsPort = settings.dns().port();
    this.transport = transport;
    this.instances = instances;
    this.names = new DnsStreamServer(transport, guests);
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
                                addresses(),
                                settings.port(),
                                dnsPort))
                    .stream())
        .findFirst();
  }

  private List<IpAddress> addresses() {
    return hasIpv6()
        ? List.of(settings.address(), MetadataDoor.SERVER_IPV6)
        : List.of(settings.address());
  }

  /** Whether the device may have addresses of IPv6. */
  private boolean hasIpv6() {
    try {
      Path disabled = IPV6.resolve(settings.interfaceName()).resolve("disable_ipv6");
      return Files.exists(disabled) && Files.readString(disabled).strip().equals("0");
    } catch (IOException gone) {
      LOG.info("no metadata over IPv6: {}", gone.getMessage());
      return false;
    }
  }

  /** Has the servers listen behind the door. */
  void serve() throws IOException, InterruptedException {
    for (IpAddress address : addresses()) {
      configureDevice(address);
      if (!servers.containsKey(address)) {
        InetSocketAddress socket = new InetSocketAddress(address.toString(), settings.port());
        servers.put(address, MetadataServer.start(transport, socket, instances));
        LOG.info("metadata is served on {}", socket);
      }
      if (!named.contains(address)) {
        InetSocketAddress socket = new InetSocketAddress(address.toString(), dnsPort);
        names.listen(socket);
        named.add(address);
        LOG.info("names are answered on {}", socket);
      }
    }
  }

  /** Gives the device an address; Java does not see a device that has none. */
  private void configureDevice(IpAddress address) throws IOException, InterruptedException {
    NetworkInterface device = NetworkInterface.getByName(settings.interfaceName());
    boolean configured =
        device != null
            && device.isUp()
            && device.inetAddresses().anyMatch(own -> IpAddress.of(own).equals(address));
    if (!configured) {
      boolean ipv6 = address instanceof Ipv6Address;
      String block = address + "/" + (ipv6 ? PREFIX_LENGTH_IPV6 : PREFIX_LENGTH);
      List<String> words = List.of("address", "replace", block, "dev", settings.interfaceName());
      // Nobody is asked whether the address is free: a server cannot listen on it meanwhile.
      ip(Stream.concat(words.stream(), ipv6 ? Stream.of("nodad") : Stream.of()).toList());
      ip(List.of("link", "set", settings.interfaceName(), "up"));
    }
  }

  private static void ip(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = Stream.concat(Stream.of("ip"), arguments.stream()).toList();
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
    servers.values().forEach(MetadataServer::close);
    names.close();
  }
}
