package io.virga.control.operator.ring;

import io.virga.dataplane.ring.Ring;
import io.virga.dataplane.ring.RingBuilder;
import io.virga.dataplane.ring.RingDevice;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Devices that the next rebalance would use for the first time. */
public final class NewDevices {

  private static final int TIMEOUT_MILLIS = 3000;

  private NewDevices() {}

  /**
   * Connects to the node of every new device. Blocks.
   *
   * @throws IllegalArgumentException if one does not answer: replicas that were placed there would
   *     count for the majority without being there
   */
  public static void requireAnswers(RingBuilder builder) {
    Set<Integer> used =
        builder.ring().map(Ring::devices).orElse(List.of()).stream()
            .map(RingDevice::id)
            .collect(Collectors.toSet());
    Set<String> asked = new TreeSet<>();
    for (RingDevice device : builder.devices()) {
      if (!used.contains(device.id()) && device.weight() > 0 && asked.add(device.node())) {
        requireAnswer(device);
      }
    }
  }

  private static void requireAnswer(RingDevice device) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(device.host(), device.port()), TIMEOUT_MILLIS);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          ("%s, where the new device %s is, does not answer (%s): start its node first; --offline"
                  + " rebalances all the same")
              .formatted(device.node(), device.name(), e.getMessage()),
          e);
    }
  }
}
