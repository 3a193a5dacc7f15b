package io.virga.netagent.lab;

import io.virga.dataplane.watch.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Datagrams from one guest to another at a steady rate, and what of them arrives. */
public final class Load {

  private static final int PORT = 7000;

  private static final String SCRIPT =
      """
      import socket, sys, time
      wire = socket.socket(type=socket.SOCK_DGRAM)
      if sys.argv[1] == 'send':
          address, port, size, rate = sys.argv[2], *map(int, sys.argv[3:6])
          wire.connect((address, port))
          begin, sent = time.monotonic(), 0
          while (passed := time.monotonic() - begin) < 2.2:
              while sent < passed * rate:
                  try:
                      wire.send(bytes(size))
                  except OSError:
                      pass
                  sent += 1
              time.sleep(0.001)
      else:
          wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
          wire.bind(('', int(sys.argv[2])))
          print('listens', flush=True)
          begin, packets, octets = None, 0, 0
          while True:
              data = wire.recv(9000)
              now = time.monotonic()
              begin = begin or now
              if now - begin >= 2:
                  print('got', packets / 1.2, octets / 1.2)
                  break
              if now - begin >= 0.8:
                  packets += 1
                  octets += len(data)
      """;

  /** Ethernet, IPv4 and UDP. */
  private static final int HEADER_BYTES = 42;

  private final Path directory;
  private final Path script;

  /** What arrived in 1.2 s that begin 0.8 s after the first packet, when bursts are over. */
  public record Arrived(double packetsPerSecond, double kilobitsPerSecond) {}

  /**
   * @param directory for its files
   */
  public Load(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.script = Files.writeString(directory.resolve("load.py"), SCRIPT);
  }

  /** Sends datagrams of so many bytes at so many a second for 2.2 s. */
  public Arrived send(Guest from, Guest to, String address, int sizeBytes, int packetsPerSecond)
      throws IOException, InterruptedException {
    Path output = directory.resolve("arrived-" + to.namespace());
    Process receiver = to.start(output, "python3 " + script + " receive " + PORT);
    try {
      Eventually.isTrue("the receiver listens", () -> read(output).contains("listens"));
      from.must(
          "python3 %s send %s %d %d %d"
              .formatted(script, address, PORT, sizeBytes, packetsPerSecond));
      if (!receiver.waitFor(3, TimeUnit.SECONDS)) {
        return new Arrived(0, 0);
      }
      String[] words = read(output).strip().lines().toList().getLast().split(" ");
      double packets = Double.parseDouble(words[1]);
      double bytes = Double.parseDouble(words[2]) + packets * HEADER_BYTES;
      return new Arrived(packets, bytes * 8 / 1000);
    } finally {
      receiver.destroy();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
