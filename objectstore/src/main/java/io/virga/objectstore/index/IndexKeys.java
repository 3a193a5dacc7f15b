package io.virga.objectstore.index;

import io.virga.dataplane.ring.PathHash;
import io.virga.objectstore.record.ContainerPath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The keys of the index. The first byte tells what a key is of:
 *
 * <pre>
 * 01 account                          account row
 * 02 account 00 container             container row
 * 03 container id (8) name            listing row
 * 04 path hash (16)                   object row; a partition is one range
 * 05 data segment (8)                 live stored bytes (8)
 * 06 garbage id                       what to delete
 * 07 name                             state of the index itself
 * </pre>
 */
final class IndexKeys {

  private IndexKeys() {}

  static byte[] account(String account) {
    return key(1, account.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] container(ContainerPath path) {
    return concat(containers(path.account()), path.container().getBytes(StandardCharsets.UTF_8));
  }

  static byte[] containers(String account) {
    byte[] name = account.getBytes(StandardCharsets.UTF_8);
    byte[] key = Arrays.copyOf(key(2, name), name.length + 2);
    key[key.length - 1] = 0;
    return key;
  }

  static byte[] listing(long containerId, String name) {
    return concat(listings(containerId), name.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] listings(long containerId) {
    return key(3, toBytes(containerId));
  }

  static byte[] object(PathHash hash) {
    return key(4, hash.toBytes());
  }

  static byte[] segment(long segment) {
    return key(5, toBytes(segment));
  }

  static byte[] garbage(String id) {
    return key(6, id.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] state(String name) {
    return key(7, name.getBytes(StandardCharsets.UTF_8));
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
