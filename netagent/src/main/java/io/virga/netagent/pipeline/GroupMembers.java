package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.netagent.packet.IpPrefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The members of security groups, each group in lots, so that one more or one less changes one lot
 * and not what follows from the others. Used by one thread.
 */
final class GroupMembers {

  private static final int LOTS = 64;

  private Map<String, Group> groups = Map.of();

  /**
   * One of the parts into which the members of a family are divided.
   *
   * @param number 0 to 63
   */
  record Lot(Family family, int number) {

    private static Lot of(IpPrefix prefix) {
      return new Lot(
          Family.of(prefix.address()), Math.floorMod(prefix.address().octets().hashCode(), LOTS));
    }
  }

  private record Group(List<String> addresses, Map<Lot, List<IpPrefix>> lots) {

    static final Group NONE = new Group(List.of(), Map.of());
  }

  /** Takes in who is in which group now. */
  void update(Collection<SecurityGroupSpec> specs) {
    Map<String, Group> now = new HashMap<>();
    for (SecurityGroupSpec spec : specs) {
      Group old = groups.getOrDefault(spec.id(), Group.NONE);
      boolean same = old.addresses().equals(spec.memberAddresses());
      now.put(spec.id(), same ? old : divide(spec.memberAddresses(), old));
    }
    groups = now;
  }

  /** Keeps the lists that are as before, which are then found equal without being looked at. */
  private static Group divide(List<String> addresses, Group old) {
    Map<Lot, List<IpPrefix>> lots = new HashMap<>();
    for (String address : addresses) {
      IpPrefix.parse(address)
          .ifPresent(
              prefix -> lots.computeIfAbsent(Lot.of(prefix), _ -> new ArrayList<>()).add(prefix));
    }
    lots.replaceAll(
        (lot, prefixes) -> {
          List<IpPrefix> before = old.lots().getOrDefault(lot, List.of());
          return before.equals(prefixes) ? before : List.copyOf(prefixes);
        });
    return new Group(addresses, Map.copyOf(lots));
  }

  /** Who is in the group; nobody is in one that is not known. */
  Map<Lot, List<IpPrefix>> of(String groupId) {
    return groups.getOrDefault(groupId, Group.NONE).lots();
  }
}
