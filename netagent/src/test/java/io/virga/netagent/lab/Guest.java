package io.virga.netagent.lab;

import java.io.IOException;
import java.nio.file.Path;

/** A namespace with a network card {@code eth0}, which stands for a virtual machine. */
public record Guest(String namespace) {

  private static final int MTU = 1400;

  /** Runs words separated by blanks in it, to their end. */
  public Shell.Result run(String words) throws IOException, InterruptedException {
    return Switch.in(namespace, words);
  }

  /** Runs words separated by blanks in it, and insists that they succeed. */
  public String must(String words) throws IOException, InterruptedException {
    return Shell.line("ip netns exec " + namespace + " " + words);
  }

  /** Begins to run a line of the shell in it; what it prints goes to the file. */
  public Process start(Path output, String line) throws IOException {
    return new ProcessBuilder("ip", "netns", "exec", namespace, "sh", "-c", "exec " + line)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  /** Begins to record the packets on its card that the filter of tcpdump lets through. */
  public Capture capture(Path file, String filter) throws IOException {
    return Capture.start(namespace, "eth0", file, filter);
  }

  /** Whether the address answers. */
  public boolean pings(String address) throws IOException, InterruptedException {
    return run("ping -c 2 -i 0.2 -W 1 " + address).succeeded();
  }

  /** Gives it an address with a prefix length, a default route and the MTU of test networks. */
  public Guest configure(String address, String gateway) throws IOException, InterruptedException {
    must("ip link set eth0 mtu " + MTU);
    must("ip address add " + address + " dev eth0");
    must("ip route add default via " + gateway);
    return this;
  }
}
