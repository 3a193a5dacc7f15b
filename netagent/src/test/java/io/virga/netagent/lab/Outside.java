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

  private final Guest machine;
  private final Path directory;
  private final Path script;

  private Outside(Guest machine, Path directory) throws IOException {
    this.machine = machine;
    this.directory = directory;
    this.script = Files.writeString(directory.resolve("listen.py"), LISTENER);
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
