package io.virga.dataplane.ring;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * Random sets of devices, and what the tests count on rings of them.
 *
 * <p>The usual runs are of the same rounds each time. {@code -Dvirga.test.rounds=N} asks for N
 * rounds of every test from a seed that nobody has tried yet, {@code -Dvirga.test.seed=S} for those
 * of a seed.
 */
final class Clusters {

  private static final long USUAL_SEED = 1;
  private static final int ROUNDS = Integer.getInteger("virga.test.rounds", 0);

  /** How the weights of devices are drawn. */
  enum Weights {
    EQUAL,
    SIMILAR,
    WILD
  }

  private Clusters() {}

  /** Prints and returns a seed, by which a failure can be run again. */
  static long seed(String test) {
    long unasked = ROUNDS == 0 ? USUAL_SEED : new SecureRandom().nextLong(Long.MAX_VALUE);
    long seed = Long.getLong("virga.test.seed", unasked);
    System.out.println(test + ": -Dvirga.test.seed=" + seed);
    return seed;
  }

  /** How many random clusters a test tries, which is its usual number unless asked for. */
  static int rounds(int usual) {
    return ROUNDS == 0 ? usual : ROUNDS;
  }

  /** A builder with at least {@code spare} more devices than replicas. */
  static RingBuilder random(Random random, int replicas, int spare, Weights weights) {
    RingBuilder builder = new RingBuilder(4 + random.nextInt(6), replicas);
    int regions = 1 + random.nextInt(3);
    while (builder.devices().size() < replicas + spare) {
      for (int region = 1; region <= regions; region++) {
        int zones = 1 + random.nextInt(3);
        for (int zone = 1; zone <= zones; zone++) {
          int hosts = 1 + random.nextInt(4);
          for (int host = 0; host < hosts; host++) {
            addHost(builder, random, region, zone, weights);
          }
        }
      }
    }
    return builder;
  }

  /** A builder with equal devices, each in a host of its own, well more than replicas. */
  static RingBuilder flat(Random random) {
    int replicas = 1 + random.nextInt(5);
    RingBuilder builder = new RingBuilder(6 + random.nextInt(5), replicas);
    int devices = 2 * replicas + 2 + random.nextInt(20);
    for (int device = 0; device < devices; device++) {
      builder.add(1, 1, "h" + device, 6200, "d", 100);
    }
    return builder;
  }

  /** A builder with as many hosts in every zone, and as many equal devices in every host. */
  static RingBuilder regular(Random random) {
    int zones = 1 + random.nextInt(4);
    int hosts = 1 + random.nextInt(4);
    int devices = 2 + random.nextInt(4);
    int replicas = Math.min(1 + random.nextInt(5), zones * hosts * devices - 1);
    RingBuilder builder = new RingBuilder(6 + random.nextInt(5), replicas);
    for (int zone = 0; zone < zones; zone++) {
      for (int host = 0; host < hosts; host++) {
        for (int device = 0; device < devices; device++) {
          builder.add(1, zone, "h" + zone + "-" + host, 6200, "d" + device, 100);
        }
      }
    }
    return builder;
  }

  /** Adds, removes, drains or weighs a device; there are at least two more than replicas. */
  static void change(RingBuilder builder, Random random, Weights weights) {
    List<RingDevice> devices = builder.devices();
    RingDevice one = devices.get(random.nextInt(devices.size()));
    String name = "n" + builder.state().settings().nextId();
    switch (random.nextInt(5)) {
      case 0 -> builder.remove(one.id());
      case 1 -> builder.setWeight(one.id(), 0);
      case 2 -> builder.setWeight(one.id(), weight(random, weights));
      case 3 -> builder.add(one.region(), one.zone(), one.host(), 6200, name, one.weight());
      default -> builder.add(9, 9, "new", 6200, name, weight(random, weights));
    }
  }

  /** Adds a host with a few devices. */
  static List<RingDevice> addHost(
      RingBuilder builder, Random random, int region, int zone, Weights weights) {
    String host = "h" + builder.state().settings().nextId();
    List<RingDevice> added = new ArrayList<>();
    int devices = 1 + random.nextInt(4);
    for (int device = 0; device < devices; device++) {
      added.add(builder.add(region, zone, host, 6200, "d" + device, weight(random, weights)));
    }
    return added;
  }

  static double weight(Random random, Weights weights) {
    return switch (weights) {
      case EQUAL -> 100;
      case SIMILAR -> 50 + random.nextInt(101);
      case WILD -> Math.pow(10, 3 * random.nextDouble());
    };
  }

  /** How many slots each device holds. */
  static Map<Integer, Integer> counts(Ring ring) {
    Map<Integer, Integer> counts = new HashMap<>();
    ring.devices().forEach(device -> counts.put(device.id(), 0));
    for (int replica = 0; replica < ring.replicas(); replica++) {
      for (int partition = 0; partition < ring.partitions(); partition++) {
        counts.merge(ring.deviceId(replica, partition), 1, Integer::sum);
      }
    }
    return counts;
  }

  /** How many slots each device may hold by its weight: at most one of each partition. */
  static Map<Integer, Double> shares(Ring ring) {
    Map<Integer, Double> shares = new HashMap<>();
    List<RingDevice> left =
        new ArrayList<>(ring.devices().stream().filter(device -> device.weight() > 0).toList());
    left.sort(Comparator.comparingDouble(RingDevice::weight).reversed());
    ring.devices().forEach(device -> shares.put(device.id(), 0.0));
    double replicas = ring.replicas();
    while (!left.isEmpty()) {
      double total = left.stream().mapToDouble(RingDevice::weight).sum();
      RingDevice heaviest = left.removeFirst();
      double share = Math.min(1, replicas * heaviest.weight() / total);
      shares.put(heaviest.id(), share * ring.partitions());
      replicas -= share;
    }
    return shares;
  }

  /** How many different things the devices of a partition are in. */
  static long distinct(Ring ring, int partition, Function<RingDevice, Object> domain) {
    return ring.devicesOf(partition).stream().map(domain).distinct().count();
  }

  /** How many slots of two rings are on different devices. */
  static int moves(Ring before, Ring after) {
    int moves = 0;
    for (int replica = 0; replica < before.replicas(); replica++) {
      for (int partition = 0; partition < before.partitions(); partition++) {
        moves += before.deviceId(replica, partition) == after.deviceId(replica, partition) ? 0 : 1;
      }
    }
    return moves;
  }
}
