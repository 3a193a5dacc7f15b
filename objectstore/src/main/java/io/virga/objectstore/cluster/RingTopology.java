package io.virga.objectstore.cluster;

import io.virga.dataplane.ring.PathHash;
import io.virga.dataplane.ring.PathHasher;
import io.virga.dataplane.ring.Ring;
import io.virga.dataplane.ring.RingDevice;
import io.virga.dataplane.ring.Rings;
import io.virga.dataplane.ring.StoragePolicy;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.replica.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Finds replicas by the rings; devices of this node stand first. Thread-safe. */
public final class RingTopology implements Topology {

  private final Rings rings;
  private final PathHasher hasher;
  private final Function<RingDevice, Replica> replicas;
  private final Set<Replica> near;
  private final Hearsay hearsay;

  /**
   * @param replicas the replica that a device is, always the same one for a device
   * @param near this node's
   * @param hearsay is told of every change of the rings
   */
  public RingTopology(
      Rings rings,
      PathHasher hasher,
      Function<RingDevice, Replica> replicas,
      Set<Replica> near,
      Hearsay hearsay) {
    this.rings = rings;
    this.hasher = hasher;
    this.replicas = replicas;
    this.near = Set.copyOf(near);
    this.hearsay = hearsay;
  }

  @Override
  public Slots account(String account) {
    return slots(rings.account(), PartitionId.Kind.ACCOUNT, 0, hasher.hash(account));
  }

  @Override
  public Slots container(ContainerPath path) {
    PathHash hash = hasher.hash(path.account(), path.container());
    return slots(rings.container(), PartitionId.Kind.CONTAINER, 0, hash);
  }

  @Override
  public Slots object(int policy, ObjectPath path) {
    PathHash hash = hasher.hash(path.account(), path.container(), path.object());
    return slots(rings.object(policy), PartitionId.Kind.OBJECT, policy, hash);
  }

  /** Whether nobody goes by older rings any more. */
  public boolean isHeard() {
    return hearsay.isOver();
  }

  /** Whether a ring is one of those that are in use now. */
  public boolean isCurrent(PlacedRing placed) {
    return rings().contains(placed);
  }

  /** All rings as they are now. */
  public List<PlacedRing> rings() {
    List<PlacedRing> all = new ArrayList<>();
    all.add(new PlacedRing(PartitionId.Kind.ACCOUNT, 0, rings.account()));
    all.add(new PlacedRing(PartitionId.Kind.CONTAINER, 0, rings.container()));
    for (StoragePolicy policy : rings.policies().all()) {
      int index = policy.index();
      all.add(new PlacedRing(PartitionId.Kind.OBJECT, index, rings.object(index)));
    }
    return all;
  }

  /** The slots of a partition. */
  public Slots slots(PlacedRing placed, int number) {
    return slots(placed.ring(), placed.partition(number));
  }

  private Slots slots(Ring ring, PartitionId.Kind kind, int policy, PathHash hash) {
    int partition = hash.partition(ring.partPower());
    return slots(ring, new PartitionId(kind, policy, partition));
  }

  private Slots slots(Ring ring, PartitionId partition) {
    List<RingDevice> devices = ring.devicesOf(partition.number());
    List<Slots.Slot> slots = new ArrayList<>(devices.size());
    for (int i = 0; i < devices.size(); i++) {
      Replica replica = replicas.apply(devices.get(i));
      Optional<Replica> before = ring.predecessor(i, partition.number()).map(replicas);
      Slots.Slot slot = new Slots.Slot(replica, before, before.isPresent() && !hearsay.isOver());
      if (near.contains(replica)) {
        slots.addFirst(slot);
      } else {
        slots.add(slot);
      }
    }
    Iterable<Replica> handoffs =
        partition.kind() == PartitionId.Kind.OBJECT
            ? () ->
                StreamSupport.stream(ring.handoffs(partition.number()).spliterator(), false)
                    .map(replicas)
                    .filter(other -> slots.stream().noneMatch(s -> s.targets().contains(other)))
                    .iterator()
            : List.of();
    return new Slots(partition, slots, handoffs);
  }

  @Override
  public boolean hasPolicy(int policy) {
    return rings.policies().byIndex(policy).isPresent();
  }

  @Override
  public int defaultPolicy() {
    return rings.policies().byDefault().index();
  }

  @Override
  public boolean hasOnePolicy() {
    return rings.policies().all().size() == 1;
  }
}
