package io.virga.objectstore.index;

import io.virga.dataplane.ring.PathHash;
import io.virga.objectstore.record.PartitionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The keys of the index. The first byte tells what a key is of; a partition of a ring is one range,
 * since hashes come right behind.
 *
 * <pre>
 * 01 account hash (16)                account row
 * 02 account hash (16) container      container row, as the account lists it
 * 03 container hash (16) name         listing row
 * 04 policy (2) path hash (16)        object row
 * 05 data segment (8)                 live stored bytes (8)
 * 06 garbage id                       what to delete
 * 07 name                             state of the index itself
 * 08 container hash (16)              container row
 * 09 policy (2) path hash (16)        timestamp (8) that the container may not have heard of
 * 0A kind (1) policy (2) partition (4)  ring version (8) since which the partition is complete
 * 0B policy (2) path hash (16)        bytes of the object that were found damaged
 * </pre>
 */
final class IndexKeys {

  /** Where the name stands in the key of a listing row. */
  static final int NAME_AT = 1 + PathHash.BYTES;

  static final int ACCOUNT = 1;
  static final int ENTRY = 2;
  static final int LISTING = 3;
  static final int OBJECT = 4;
  static final int SEGMENT = 5;
  static final int GARBAGE = 6;
  static final int STATE = 7;
  static final int CONTAINER = 8;
  static final int PENDING = 9;
  static final int COMPLETE = 10;
  static final int QUARANTINE = 11;

  private IndexKeys() {}

  static byte[] account(PathHash hash) {
    return key(ACCOUNT, hash.toBytes());
  }

  static byte[] containers(PathHash account) {
    return key(ENTRY, account.toBytes());
  }

  static byte[] entry(PathHash account, String container) {
    return concat(containers(account), container.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] listings(PathHash container) {
    return key(LISTING, container.toBytes());
  }

  static byte[] listing(PathHash container, String name) {
    return concat(listings(container), name.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] container(PathHash hash) {
    return key(CONTAINER, hash.toBytes());
  }

  static byte[] object(int policy, PathHash hash) {
    return withPolicy(OBJECT, policy, hash);
  }

  static byte[] pending(int policy, PathHash hash) {
    return withPolicy(PENDING, policy, hash);
  }

  static byte[] quarantine(int policy, PathHash hash) {
    return withPolicy(QUARANTINE, policy, hash);
  }

  static byte[] complete(PartitionId partition) {
    return ByteBuffer.allocate(8)
        .put((byte) COMPLETE)
        .put((byte) partition.kind().ordinal())
        .putShort((short) partition.policy())
        .putInt(partition.number())
        .array();
  }

  /** The partition of a key that {@link #complete} gave. */
  static PartitionId partition(byte[] key) {
    ByteBuffer in = ByteBuffer.wrap(key).position(1);
    PartitionId.Kind kind = PartitionId.Kind.values()[in.get()];
    return new PartitionId(kind, in.getShort(), in.getInt());
  }

  /** The least key of a partition's rows. */
  static byte[] partitionStart(Space space, PartitionId partition, int partPower) {
    return partitionBound(space, partition, (long) partition.number(), partPower);
  }

  /** What is above all keys of a partition's rows. */
  static byte[] partitionEnd(Space space, PartitionId partition, int partPower) {
    long next = (long) partition.number() + 1;
    return next == 1L << partPower
        ? after(prefix(space, partition))
        : partitionBound(space, partition, next, partPower);
  }

  private static byte[] partitionBound(
      Space space, PartitionId partition, long number, int partPower) {
    long high = partPower == 0 ? 0 : number << (Long.SIZE - partPower);
    return concat(prefix(space, partition), toBytes(high));
  }

  private static byte[] prefix(Space space, PartitionId partition) {
    return space == Space.OBJECT ? policy(OBJECT, partition.policy()) : kind(space.keyKind());
  }

  private static byte[] withPolicy(int kind, int policy, PathHash hash) {
    return concat(policy(kind, policy), hash.toBytes());
  }

  private static byte[] policy(int kind, int policy) {
    return new byte[] {(byte) kind, (byte) (policy >>> Byte.SIZE), (byte) policy};
  }

  static byte[] segment(long segment) {
    return key(SEGMENT, toBytes(segment));
  }

  static byte[] garbage(String id) {
    return key(GARBAGE, id.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] state(String name) {
    return key(STATE, name.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] kind(int kind) {
    return new byte[] {(byte) kind};
  }

  static byte[] concat(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  /** The least key above all that begin with the prefix. */
  static byte[] after(byte[] prefix) {
    int length = prefix.length;
    while (length > 0 && prefix[length - 1] == (byte) 0xFF) {
      length--;
    }
    byte[] next = Arrays.copyOf(prefix, length);
    if (length > 0) {
      next[length - 1]++;
    }
    return next;
  }

  static byte[] toBytes(long value) {
    byte[] bytes = new byte[Long.BYTES];
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[i] = (byte) (value >>> (Long.SIZE - Byte.SIZE * (i + 1)));
    }
    return bytes;
  }

  static long toLong(byte[] bytes, int offset) {
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = value << 8 | bytes[offset + i] & 0xFF;
    }
    return value;
  }

  private static byte[] key(int kind, byte[] rest) {
    byte[] key = new byte[rest.length + 1];
    key[0] = (byte) kind;
    System.arraycopy(rest, 0, key, 1, rest.length);
    return key;
  }
}
