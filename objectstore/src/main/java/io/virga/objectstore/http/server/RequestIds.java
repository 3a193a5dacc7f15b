package io.virga.objectstore.http.server;

import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Ids of requests: unique in a process and most likely everywhere. */
final class RequestIds {

  private final AtomicLong next = new AtomicLong(new SplittableRandom().nextLong());

  String next() {
    long value = next.getAndIncrement();
    long millis = System.currentTimeMillis();
    HexFormat hex = HexFormat.of();
    return "tx"
        + hex.toHexDigits(value)
        + hex.toHexDigits(millis & 0xFFFFF, 5)
        + "-"
        + hex.toHexDigits(millis / 1000, 10);
  }
}
