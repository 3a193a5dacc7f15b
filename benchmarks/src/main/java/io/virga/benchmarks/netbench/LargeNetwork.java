package io.virga.benchmarks.netbench;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.netagent.lab.Desired;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A network with room for thousands of ports, 10.64.0.0/16, and its ports by number. */
public final class LargeNetwork {

  static final String GATEWAY = "10.64.0.1";
  static final String PREFIX = "/16";

  private static final int FIRST_ADDRESS = 256;

  private LargeNetwork() {}

  /** The network. */
  public static NetworkSpec spec() {
    NetworkSpec small = Desired.network();
    NetworkSpec.SubnetSpec subnet = small.subnets().getFirst();
    return Desired.with(
        small,
        Map.of(
            "subnets",
            List.of(
                new NetworkSpec.SubnetSpec(
                    subnet.id(),
                    "10.64.0.0" + PREFIX,
                    Optional.of(GATEWAY),
                    true,
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty()))));
  }

  /** The port with the number, 0 to 65,000, of the first host of a lab. */
  public static PortSpec port(int number, String group) {
    String id = "%08x-0000-4000-8000-000000000000".formatted(0xbb000000 + number);
    return Desired.with(
        Desired.port(1, group),
        Map.of(
            "id",
            id,
            "deviceId",
            "instance-" + number,
            "interfaceName",
            interfaceName(number),
            "hostname",
            "guest-" + number,
            "mac",
            "fa:16:3e:01:%02x:%02x".formatted(number >> 8, number & 255),
            "addresses",
            List.of(new PortSpec.FixedAddress(Desired.SUBNET, address(number)))));
  }

  /** What a switch calls the card of a port. */
  static String interfaceName(int number) {
    return "tap%08x-00".formatted(0xbb000000 + number);
  }

  static String address(int number) {
    int host = FIRST_ADDRESS + number;
    return "10.64.%d.%d".formatted(host >> 8, host & 255);
  }

  /** A group of so many members that are nowhere, and of one that is. */
  public static SecurityGroupSpec members(String id, long generation, int count, String one) {
    List<String> addresses = new ArrayList<>();
    for (int member = 0; member < count - 1; member++) {
      addresses.add("10.65.%d.%d".formatted(member >> 8, member & 255));
    }
    addresses.add(one);
    return new SecurityGroupSpec(id, generation, List.of(), addresses, false);
  }
}
