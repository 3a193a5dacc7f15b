package io.virga.objectstore.http;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Ids of requests: unique in a process and most likely everywhere. */
final class RequestIds {

  private final AtomicLong next = new AtomicLong(new SplittableRandom().nextLong());

  String next() {
    long value = next.getAndIncrement();
    long millis = System.currentTimeMillis();
    return "tx%016x%05x-%010x".formatted(value, millis & 0xFFFFF, millis / 1000);
  }
}
