package io.virga.control.operator.lab;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.virga.control.operator.host.NativeCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * One direction between two interfaces: frames are received by one thread, wait for their time in
 * their order, and are sent by another. What finds the queue full is lost, as on a link that is too
 * slow for what it is given.
 */
final class SlowLink {

  /** At 1,500 bytes each, what 1 Gbit/s brings in 50 ms. */
  private static final int LONGEST_QUEUE = 4096;

  private static final long PAUSE_NANOS = 50_000_000;
  private static final double ALL_PERCENT = 100;

  private final PacketSocket from;
  private final PacketSocket to;
  private final Slowness slowness;
  private final RandomGenerator random;
  private final BlockingQueue<Frame> underWay = new ArrayBlockingQueue<>(LONGEST_QUEUE);

  /** A frame and when it is to leave, by {@link System#nanoTime}. */
  private record Frame(byte[] bytes, long dueNanos) {}

  SlowLink(PacketSocket from, PacketSocket to, Slowness slowness, RandomGenerator random) {
    this.from = from;
    this.to = to;
    this.slowness = slowness;
    this.random = random;
  }

  /** Starts both threads, which go on until the process ends. */
  void start(String name) {
    Thread.ofPlatform().name(name + " receives").start(this::receive);
    Thread.ofPlatform().name(name + " sends").start(this::send);
  }

  private void receive() {
    MemorySegment capture = NativeCalls.capture(Arena.ofAuto());
    MemorySegment frame = Arena.ofAuto().allocate(PacketSocket.FRAME_BYTES);
    while (true) {
      long length = from.receive(capture, frame);
      if (length < 0) {
        LockSupport.parkNanos(PAUSE_NANOS);
      } else if (random.nextDouble(ALL_PERCENT) >= slowness.lossPercent()) {
        long due = System.nanoTime() + slowness.delayNanos();
        underWay.offer(new Frame(frame.asSlice(0, length).toArray(JAVA_BYTE), due));
      }
    }
  }

  private void send() {
    MemorySegment capture = NativeCalls.capture(Arena.ofAuto());
    MemorySegment room = Arena.ofAuto().allocate(PacketSocket.FRAME_BYTES);
    try {
      while (true) {
        Frame next = underWay.take();
        long wait = next.dueNanos() - System.nanoTime();
        while (wait > 0) {
          LockSupport.parkNanos(wait);
          wait = next.dueNanos() - System.nanoTime();
        }
        MemorySegment.copy(next.bytes(), 0, room, JAVA_BYTE, 0, next.bytes().length);
        to.send(capture, room, next.bytes().length);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
