package io.virga.control.operator.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** How this host is called and reached. */
public final class HostAddress {

  private static final Path KERNEL_NAME = Path.of("/proc/sys/kernel/hostname");
  private static final int LONGEST_LABEL = 63;

  private HostAddress() {}

  /** The first label of the kernel's host name, as DNS allows it. */
  public static String name() {
    try {
      String first = Files.readString(KERNEL_NAME).strip().split("\\.", 2)[0];
      String label = first.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
      String cut = label.substring(0, Math.min(label.length(), LONGEST_LABEL));
      String name = cut.replaceAll("^-+|-+$", "");
      return name.isEmpty() ? "host" : name;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + KERNEL_NAME, e);
    }
  }

  /** What clients are told of a listener: its address, or this host's first one for all of them. */
  public static String advertised(String listen) {
    if (!listen.equals("0.0.0.0") && !listen.equals("::")) {
      return listen;
    }
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
          .map(InetAddress::getHostAddress)
          .findFirst()
          .orElse("127.0.0.1");
    } catch (SocketException e) {
      throw new UncheckedIOException("cannot list the network interfaces", e);
    }
  }
}
