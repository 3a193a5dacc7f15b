package io.virga.dataplane.ring;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The failure domains of some devices as a tree of tiers: the root (0), regions, zones, hosts,
 * nodes, devices. A device is named by its position in the list that the tree was made of.
 */
final class Domains {

  /** How many levels there are below the root; the last is the device itself. */
  static final int LEVELS = 5;

  /** What a replica in the wrong place weighs at a level: more than one at every level below. */
  static final int[] WEIGHT = {81, 27, 9, 3, 1};

  private final int[][] tierAt;
  private final int[] positionOf;
  private final int[][] children;

  Domains(List<RingDevice> devices) {
    this.tierAt = new int[LEVELS][devices.size()];
    List<List<Integer>> below = new ArrayList<>();
    below.add(new ArrayList<>());
    Map<List<Object>, Integer> known = new HashMap<>();
    Map<Integer, Integer> leaves = new HashMap<>();
    for (int position = 0; position < devices.size(); position++) {
      List<Object> path = path(devices.get(position));
      int parent = 0;
      for (int level = 0; level < LEVELS; level++) {
        List<Object> key = List.copyOf(path.subList(0, level + 1));
        Integer tier = known.get(key);
        if (tier == null) {
          tier = below.size();
          known.put(key, tier);
          below.add(new ArrayList<>());
          below.get(parent).add(tier);
        }
        tierAt[level][position] = tier;
        parent = tier;
      }
      leaves.put(parent, position);
    }
    this.children = new int[below.size()][];
    this.positionOf = new int[below.size()];
    for (int tier = 0; tier < children.length; tier++) {
      children[tier] = below.get(tier).stream().mapToInt(Integer::intValue).toArray();
      positionOf[tier] = leaves.getOrDefault(tier, -1);
    }
  }

  private static List<Object> path(RingDevice device) {
    return List.of(device.region(), device.zone(), device.host(), device.port(), device.id());
  }

  /** How many tiers there are, the root among them. A tier's number is above its parent's. */
  int size() {
    return children.length;
  }

  /** How many devices there are. */
  int devices() {
    return tierAt[0].length;
  }

  /** The tier of a device at a level, 0 (its region) to 4 (itself). */
  int tier(int level, int position) {
    return tierAt[level][position];
  }

  /** The tier that is the device itself. */
  int leaf(int position) {
    return tierAt[LEVELS - 1][position];
  }

  /** The tiers right below a tier; not to be changed. */
  int[] children(int tier) {
    return children[tier];
  }

  /** The device that a tier of the last level is. */
  int position(int leaf) {
    return positionOf[leaf];
  }

  boolean isDevice(int tier) {
    return positionOf[tier] >= 0;
  }
}
