package io.virga.control.operator.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Network interfaces of the namespace that the calling thread is in. */
public final class Interfaces {

  /** Java knows only those that have an address. */
  private static final Path ALL = Path.of("/proc/thread-self/net/dev");

  private Interfaces() {}

  /** Whether there is an interface of that name. */
  public static boolean exists(String name) {
    try {
      return Files.readString(ALL).lines().anyMatch(line -> line.strip().startsWith(name + ":"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the network interfaces", e);
    }
  }

  /** Whether the interface has any IPv4 address. */
  public static boolean isAddressed(String name) {
    try {
      NetworkInterface found = NetworkInterface.getByName(name);
      return found != null && found.inetAddresses().anyMatch(Inet4Address.class::isInstance);
    } catch (SocketException e) {
      throw new UncheckedIOException("cannot look at the interface " + name, e);
    }
  }

  /** Whether the interface is up and has the IPv4 address. */
  public static boolean has(String name, String address) {
    try {
      NetworkInterface found = NetworkInterface.getByName(name);
      return found != null
          && found.isUp()
          && found.inetAddresses().anyMatch(one -> one.getHostAddress().equals(address));
    } catch (SocketException e) {
      throw new UncheckedIOException("cannot look at the interface " + name, e);
    }
  }
}
