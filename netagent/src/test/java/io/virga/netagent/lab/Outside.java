package io.virga.netagent.lab;

import io.virga.dataplane.watch.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The world beyond the hosts, a namespace on the wire of {@link Routed#external}: the next router,
 * 203.0.113.1, which has the address 203.0.113.7 too, and 198.51.100.1 behind it. Closing it
 * removes it.
 */
public final class Outside implements AutoCloseable {

  private static final String LISTENER =
      """
      import socket, sys
      listener = socket.socket()
      listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
      listener.bind(('', int(sys.argv[1])))
      listener.listen(1)
      print('listens', flush=True)
      connection, peer = listener.accept()
      connection.sendall(peer[0].encode())
      connection.close()
      """;

  private static final String DATAGRAMS =
      """
      import socket, sys, time
      mode, address, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
      wire = socket.socket(type=socket.SOCK_DGRAM)
      wire.settimeout(5)
      if mode == 'listen':
          wire.bind((address, port))
          print('listens', flush=True)
          wire.connect(wire.recvfrom(9)[1])
          time.sleep(0.3)
      else:
          wire.connect((address, port))
      wire.send(b'question')
      if mode == 'leave':
          sys.exit()
      try:
          print(wire.recv(9).decode())
      except ConnectionRefusedError:
          print('refused')
      """;

  private final Guest machine;
  private final Path directory;
  private final Path script;
  private final Path datagrams;

  private Outside(Guest machine, Path directory) throws IOException {
    this.machine = machine;
    this.directory = directory;
    this.script = Files.writeString(directory.resolve("listen.py"), LISTENER);
    this.datagrams = Files.writeString(directory.resolve("datagrams.py"), DATAGRAMS);
  }

  /** Plugs it into the wire of an underlay. */
  public static Outside start(Underlay underlay, Path directory)
      throws IOException, InterruptedException {
    String namespace = "vout-" + UUID.randomUUID().toString().substring(0, 6);
    Shell.line("ip netns add " + namespace);
    Outside outside = new Outside(new Guest(namespace), Files.createDirectories(directory));
    underlay.plug(Underlay.PROVIDER, namespace, "eth0");
    Guest machine = outside.machine;
    machine.must("ip link set lo up");
    machine.must("ip address add 203.0.113.1/24 dev eth0");
    machine.must("ip address add 203.0.113.7/24 dev eth0");
    machine.must("ip address add 198.51.100.1/32 dev lo");
    machine.must("ip route add 10.0.0.0/24 via 203.0.113.101");
    return outside;
  }

  /** Speaks IPv6 too, by which it reaches one of the tenants' networks behind a router. */
  public Outside ipv6(String network, String router) throws IOException, InterruptedException {
    machine.must("ip -6 address add 2001:db8:e::1/64 dev eth0 nodad");
    machine.must("ip -6 address add 2001:db8:e::7/64 dev eth0 nodad");
    machine.must("ip -6 address add 2001:db8:f::1/128 dev lo nodad");
    machine.must("ip -6 route add %s via %s".formatted(network, router));
    return this;
  }

  public boolean pings(String address) {
    try {
      return machine.pings(address);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Begins to run words separated by blanks; what they print goes to the file. */
  public Process start(Path output, String words) throws IOException {
    return machine.start(output, words);
  }

  /** The MAC that it knows of an address. */
  public String macOf(String address) throws IOException, InterruptedException {
    String line = machine.must("ip neighbour show " + address);
    int begin = line.indexOf("lladdr ");
    return begin < 0 ? line : line.substring(begin + 7, begin + 24);
  }

  /** The address with which a guest that connects to the TCP port is seen; empty if it cannot. */
  public String connectsFrom(Guest guest, int port) {
    return connect(guest, "203.0.113.1", port, machine, port);
  }

  /** Whether a connection with the address and TCP port comes to the guest's port. */
  public boolean reaches(Guest guest, int guestPort, String address, int port) {
    return connect(machine, address, port, guest, guestPort).equals("203.0.113.1");
  }

  /** Whether it is told that nobody listens at the UDP port of the address. */
  public boolean isRefusedAt(String address, int port) throws IOException, InterruptedException {
    return machine.run(datagrams("ask", address, port)).output().contains("refused");
  }

  /** Whether a guest is told so that answers to the UDP port, of who has gone by then. */
  public boolean refuses(Guest guest, int guestPort, String address, int port)
      throws IOException, InterruptedException {
    Path output = directory.resolve("datagrams-" + guest.namespace() + "-" + guestPort);
    Process listener = guest.start(output, datagrams("listen", "0.0.0.0", guestPort));
    try {
      Eventually.isTrue("the port is open", () -> read(output).contains("listens"));
      machine.must(datagrams("leave", address, port));
      return listener.waitFor(10, TimeUnit.SECONDS) && read(output).contains("refused");
    } finally {
      listener.destroy();
    }
  }

  private String datagrams(String mode, String address, int port) {
    return "python3 %s %s %s %d".formatted(datagrams, mode, address, port);
  }

  private String connect(Guest from, String address, int port, Guest to, int listenPort) {
    try {
      Path output = directory.resolve("listener-" + to.namespace() + "-" + listenPort);
      Process listener = to.start(output, "python3 " + script + " " + listenPort);
      try {
        Eventually.isTrue("the port is open", () -> read(output).contains("listens"));
        return from.run("busybox nc -w 2 " + address + " " + port).output().strip();
      } finally {
        listener.destroy();
        listener.waitFor(5, TimeUnit.SECONDS);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    Shell.run("ip", "netns", "del", machine.namespace());
  }
}
