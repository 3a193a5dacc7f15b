package io.virga.control.operator.external;

import io.virga.control.network.PublicNetwork;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.PrivateFiles;
import io.virga.control.operator.host.Interfaces;
import io.virga.control.operator.host.Machine;
import io.virga.control.operator.host.Programs;
import io.virga.control.operator.host.Routes;
import io.virga.control.operator.supervise.Surroundings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * This machine as the gateway of the network {@code public}: the gateway's address on the bridge of
 * the network, so that floating IPs are reached from here, and a masquerade, so that guests reach
 * what this machine does. Everything that is made is undone by {@link #remove}; what another
 * program has is left alone.
 */
public final class ExternalNetwork implements Surroundings {

  /** The names by which the parts are left out. */
  public static final String ADDRESS = "external";

  public static final String NAT = "nat";

  private static final IpPrefix RANGE = PublicNetwork.RANGE;

  private final String bridge;
  private final Path note;
  private final Masquerade masquerade;
  private final Map<String, String> off;

  /** Looks at the machine as it is now. */
  public ExternalNetwork(Home home, CloudConfiguration cloud, Machine machine) {
    this.bridge = cloud.externalBridge();
    this.note = home.run().resolve("external-address");
    this.masquerade = new Masquerade(home.run(), cloud.basePort(), bridge, RANGE);
    this.off = new LinkedHashMap<>();
    Optional<String> obstacle = leftOut(cloud, ADDRESS).or(this::obstacle);
    obstacle.ifPresent(reason -> off.put(ADDRESS, reason));
    obstacle
        .map(reason -> "this machine is not in the network 'public'")
        .or(() -> leftOut(cloud, NAT))
        .or(() -> Masquerade.obstacle(machine))
        .ifPresent(reason -> off.put(NAT, reason));
  }

  /** What is left out, each with the reason. */
  public Map<String, String> off() {
    return Map.copyOf(off);
  }

  /** Waits for the bridge. Cheap when nothing is missing. */
  @Override
  public Optional<String> ensure() {
    if (off.containsKey(ADDRESS)) {
      return Optional.empty();
    }
    if (!Interfaces.exists(bridge)) {
      return Optional.of("the bridge " + bridge + " is not there yet");
    }
    if (!hasAddress()) {
      PrivateFiles.writeForThisBoot(note, bridge);
      Programs.run(List.of("ip", "address", "replace", address(), "dev", bridge));
      Programs.run(List.of("ip", "link", "set", bridge, "up"));
    }
    if (!off.containsKey(NAT)) {
      masquerade.ensure();
    }
    return Optional.empty();
  }

  /** Whichever process of this home has made it. */
  @Override
  public void remove() {
    if (Files.exists(note) && hasAddress()) {
      Programs.run(List.of("ip", "address", "delete", address(), "dev", bridge));
    }
    try {
      Files.deleteIfExists(note);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + note, e);
    }
    masquerade.remove();
  }

  private Optional<String> obstacle() {
    if (!Files.exists(note) && Interfaces.isAddressed(bridge)) {
      return Optional.of(bridge + " is there already, with an address that is not this cloud's");
    }
    return Routes.now().through(RANGE, bridge).map(route -> RANGE + " is in use here: " + route);
  }

  private static Optional<String> leftOut(CloudConfiguration cloud, String part) {
    return cloud.without().contains(part)
        ? Optional.of("switched off by --without " + part)
        : Optional.empty();
  }

  private boolean hasAddress() {
    return Interfaces.has(bridge, RANGE.firstUsable().toString());
  }

  private static String address() {
    return RANGE.firstUsable() + "/" + RANGE.length();
  }
}
