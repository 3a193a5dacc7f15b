package io.virga.objectstore.store;

import io.virga.dataplane.ring.LiveRing;
import io.virga.dataplane.ring.PathHash;
import io.virga.dataplane.ring.PathHasher;
import io.virga.dataplane.ring.RingDevice;
import io.virga.objectstore.device.Device;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import java.util.List;
import java.util.Map;

/** Finds the device of a path by the ring. All devices are this node's for now. */
public final class Placement {

  private final LiveRing ring;
  private final PathHasher hasher;
  private final Map<String, Device> devices;

  /**
   * @param devices this node's devices by the names that the ring gives them
   */
  public Placement(LiveRing ring, PathHasher hasher, Map<String, Device> devices) {
    this.ring = ring;
    this.hasher = hasher;
    this.devices = Map.copyOf(devices);
  }

  Device ofAccount(String account) {
    return device(hasher.hash(account));
  }

  Device ofContainer(ContainerPath path) {
    return device(hasher.hash(path.account(), path.container()));
  }

  Device ofObject(ObjectPath path) {
    return device(hasher.hash(path.account(), path.container(), path.object()));
  }

  private Device device(PathHash hash) {
    List<RingDevice> wanted = ring.current().devicesOf(hash);
    for (RingDevice candidate : wanted) {
      Device device = devices.get(candidate.name());
      if (device != null) {
        return device;
      }
    }
    throw new StoreFailure.DeviceStopped("the ring places a path on no device of this node");
  }
}
