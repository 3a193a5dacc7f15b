package io.virga.dataplane.ring;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The parts of ring and builder files; numbers are big-endian. What cannot be is an {@link
 * IllegalArgumentException}.
 */
final class RingCodec {

  private static final int CHUNK_BYTES = 1 << 14;

  private RingCodec() {}

  static void writeDevices(DataOutputStream out, List<RingDevice> devices) throws IOException {
    out.writeInt(devices.size());
    for (RingDevice device : devices) {
      out.writeInt(device.id());
      out.writeInt(device.region());
      out.writeInt(device.zone());
      out.writeUTF(device.host());
      out.writeInt(device.port());
      out.writeUTF(device.name());
      out.writeDouble(device.weight());
    }
  }

  static List<RingDevice> readDevices(DataInputStream in) throws IOException {
    int count = in.readInt();
    require(count >= 0 && count <= Ring.MAXIMUM_DEVICES, "it has %d devices".formatted(count));
    List<RingDevice> devices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      devices.add(
          new RingDevice(
              in.readInt(),
              in.readInt(),
              in.readInt(),
              in.readUTF(),
              in.readInt(),
              in.readUTF(),
              in.readDouble()));
    }
    return devices;
  }

  /** Version, part power, replicas, devices, former devices, slots, predecessors. */
  static void writeRing(DataOutputStream out, Ring ring) throws IOException {
    out.writeLong(ring.version());
    out.writeInt(ring.partPower());
    out.writeInt(ring.replicas());
    writeDevices(out, ring.devices());
    writeDevices(out, ring.formerDevices());
    for (char[] row : ring.slots().now()) {
      writeRow(out, row);
    }
    for (char[] row : ring.slots().before()) {
      out.writeBoolean(row.length > 0);
      writeRow(out, row);
    }
  }

  /** As {@link #writeRing} wrote it. */
  static Ring readRing(DataInputStream in, long lengthBytes) throws IOException {
    long version = in.readLong();
    int partPower = in.readInt();
    int replicas = in.readInt();
    requireDimensions(partPower, replicas, lengthBytes);
    List<RingDevice> devices = readDevices(in);
    List<RingDevice> former = readDevices(in);
    BitSet present = new BitSet();
    devices.forEach(device -> present.set(device.id()));
    char[][] now = readRows(in, partPower, replicas, present);
    former.forEach(device -> present.set(device.id()));
    present.set(Ring.NONE);
    char[][] before = new char[replicas][];
    for (int replica = 0; replica < replicas; replica++) {
      boolean filled = in.readBoolean();
      before[replica] = filled ? readRow(in, partPower, present) : new char[0];
    }
    return ring(version, partPower, devices, former, new Ring.Slots(now, before));
  }

  /** The first format: one list of devices, counted before it, and no predecessors. */
  static Ring readFirstFormat(DataInputStream in, long lengthBytes) throws IOException {
    long version = in.readLong();
    int partPower = in.readInt();
    int replicas = in.readInt();
    requireDimensions(partPower, replicas, lengthBytes);
    List<RingDevice> devices = readDevices(in);
    BitSet present = new BitSet();
    devices.forEach(device -> present.set(device.id()));
    char[][] now = readRows(in, partPower, replicas, present);
    return ring(version, partPower, devices, List.of(), new Ring.Slots(now, new char[replicas][0]));
  }

  private static Ring ring(
      long version,
      int partPower,
      List<RingDevice> devices,
      List<RingDevice> former,
      Ring.Slots slots) {
    Set<Integer> ids = new HashSet<>();
    devices.forEach(device -> require(ids.add(device.id()), "two devices have one id"));
    former.forEach(device -> require(ids.add(device.id()), "two devices have one id"));
    return new Ring(version, partPower, devices, former, slots);
  }

  private static void requireDimensions(int partPower, int replicas, long lengthBytes) {
    require(
        partPower >= 0 && partPower <= Ring.MAXIMUM_PART_POWER,
        "its part power is %d".formatted(partPower));
    require(
        replicas >= 1 && replicas <= Ring.MAXIMUM_REPLICAS,
        "it has %d replicas".formatted(replicas));
    long slots = (long) replicas << partPower;
    require(
        slots <= Ring.MAXIMUM_SLOTS && slots * Character.BYTES <= lengthBytes,
        "its %d slots do not fit".formatted(slots));
  }

  private static char[][] readRows(DataInputStream in, int partPower, int replicas, BitSet accepted)
      throws IOException {
    char[][] rows = new char[replicas][];
    for (int replica = 0; replica < replicas; replica++) {
      rows[replica] = readRow(in, partPower, accepted);
    }
    return rows;
  }

  private static char[] readRow(DataInputStream in, int partPower, BitSet accepted)
      throws IOException {
    char[] row = new char[1 << partPower];
    byte[] chunk = new byte[Math.min(CHUNK_BYTES, row.length * Character.BYTES)];
    for (int start = 0; start < row.length; start += chunk.length / Character.BYTES) {
      in.readFully(chunk);
      ByteBuffer.wrap(chunk).asCharBuffer().get(row, start, chunk.length / Character.BYTES);
    }
    for (char id : row) {
      require(accepted.get(id), "a slot names the unknown device " + (int) id);
    }
    return row;
  }

  private static void writeRow(DataOutputStream out, char[] row) throws IOException {
    if (row.length > 0) {
      byte[] chunk = new byte[Math.min(CHUNK_BYTES, row.length * Character.BYTES)];
      int each = chunk.length / Character.BYTES;
      for (int start = 0; start < row.length; start += each) {
        ByteBuffer.wrap(chunk).asCharBuffer().put(row, start, each);
        out.write(chunk);
      }
    }
  }

  static void require(boolean condition, String problem) {
    if (!condition) {
      throw new IllegalArgumentException(problem);
    }
  }
}
