package io.virga.netagent.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A namespace with a network card {@code eth0}, which stands for a virtual machine. */
public record Guest(String namespace) {

  /** Runs words separated by blanks in it, to their end. */
  public Shell.Result run(String words) throws IOException, InterruptedException {
    return Switch.in(namespace, words);
  }

  /** Runs words separated by blanks in it, and insists that they succeed. */
  public String must(String words) throws IOException, InterruptedException {
    return Shell.line("ip netns exec " + namespace + " " + words);
  }

  /** Begins to run words separated by blanks; what they print goes to the file. */
  public Process start(Path output, String words) throws IOException {
    List<String> command = List.of(("ip netns exec " + namespace + " " + words).split(" "));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  /** Whether the address answers. */
  public boolean pings(String address) throws IOException, InterruptedException {
    return run("ping -c 2 -i 0.2 -W 1 " + address).succeeded();
  }

  /** Gives it an address with a prefix length, and a default route. */
  public Guest configure(String address, String gateway) throws IOException, InterruptedException {
    must("ip address add " + address + " dev eth0");
    must("ip route add default via " + gateway);
    return this;
  }
}
