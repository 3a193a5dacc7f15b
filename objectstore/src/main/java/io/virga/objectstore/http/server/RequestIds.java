package io.virga.objectstore.http.server;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Ids of requests: unique in a process and most likely everywhere. */
final class RequestIds {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);
  private static final int LENGTH = 34;

  private final AtomicLong next = new AtomicLong(new SplittableRandom().nextLong());

  String next() {
    long value = next.getAndIncrement();
    long millis = System.currentTimeMillis();
    byte[] id = new byte[LENGTH];
    id[0] = 't';
    id[1] = 'x';
    hex(id, 2, 16, value);
    hex(id, 18, 5, millis);
    id[23] = '-';
    hex(id, 24, 10, millis / 1000);
    return new String(id, StandardCharsets.ISO_8859_1);
  }

  private static void hex(byte[] out, int from, int digits, long value) {
    long left = value;
    for (int i = from + digits - 1; i >= from; i--) {
      out[i] = HEX[(int) left & 0xF];
      left >>>= 4;
    }
  }
}
