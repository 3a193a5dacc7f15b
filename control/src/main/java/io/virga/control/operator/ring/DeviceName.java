package io.virga.control.operator.ring;

import io.virga.dataplane.ring.RingBuilder;
import io.virga.dataplane.ring.RingDevice;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How an operator names nodes and devices. */
public final class DeviceName {

  private static final Pattern NODE =
      Pattern.compile("(?:\\[([^\\]]+)\\]|([^:\\[\\]]+)):(\\d{1,5})");
  private static final Pattern ID = Pattern.compile("\\d{1,5}");

  private DeviceName() {}

  /** A node by its address. */
  public record Node(String host, int port) {}

  /** Reads {@code HOST:PORT}; an IPv6 address is in brackets. */
  public static Node node(String text) {
    Matcher matcher = NODE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no node: HOST:PORT, or [IPV6]:PORT".formatted(text));
    }
    String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return new Node(host, Integer.parseInt(matcher.group(3)));
  }

  /** Finds a device by its id or as {@code HOST:PORT/NAME}. */
  public static RingDevice find(RingBuilder builder, String text) {
    List<RingDevice> found =
        builder.devices().stream()
            .filter(
                device ->
                    ID.matcher(text).matches()
                        ? device.id() == Integer.parseInt(text)
                        : (device.node() + "/" + device.name()).equals(text))
            .toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no device '%s' in the ring: an id that 'show' lists, or HOST:PORT/NAME"
              .formatted(text));
    }
    return found.getFirst();
  }
}
