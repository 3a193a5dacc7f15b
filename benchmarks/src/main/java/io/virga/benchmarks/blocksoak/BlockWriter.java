package io.virga.benchmarks.blocksoak;

import io.virga.benchmarks.blocksoak.NbdClient.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes, trims, flushes and reads one volume in a thread of its own, several requests at a time,
 * and checks all of it whenever it has had to connect again.
 */
final class BlockWriter implements AutoCloseable {

  private static final int MOST_AT_ONCE = 16;
  private static final int CHUNK_BLOCKS = 256;
  private static final int SMALL_BLOCKS = 8;
  private static final int GAP_BLOCKS = 200;
  private static final int TRIMS_OF_TEN = 1;
  private static final int BURSTS_BETWEEN_FLUSHES = 6;
  private static final long RETRY_NANOS = 20_000_000;

  private final BlockVolume volume;
  private final Path socket;
  private final Findings findings;
  private final Tally tally;
  private final Random random;
  private final ByteBuffer bytes = ByteBuffer.allocateDirect(CHUNK_BLOCKS * Stamps.BLOCK);
  private final int[] starts = new int[MOST_AT_ONCE];
  private final int[] counts = new int[MOST_AT_ONCE];
  private final AtomicInteger connected = new AtomicInteger();
  private final Thread thread;
  private volatile boolean stopped;
  private long nextWrite = 1;

  BlockWriter(BlockVolume volume, Path socket, Findings findings, Tally tally, long seed) {
    this.volume = volume;
    this.socket = socket;
    this.findings = findings;
    this.tally = tally;
    this.random = new Random(seed);
    this.thread = Thread.ofPlatform().daemon().name("writer " + volume.id()).start(this::run);
  }

  /** How often it has connected and found everything in order, or told what is not. */
  int connectedCount() {
    return connected.get();
  }

  private void run() {
    while (!stopped) {
      try (NbdClient client = NbdClient.connect(socket, volume.export())) {
        volume.check(client, findings);
        connected.incrementAndGet();
        for (int burst = 1; !stopped; burst++) {
          burst(client);
          if (burst % BURSTS_BETWEEN_FLUSHES == 0 && client.flush() == 0) {
            volume.ledger().flushed();
          }
        }
      } catch (IOException e) {
        tally.disconnected();
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  /** Some changes at a time, to ranges that do not touch. */
  private void burst(NbdClient client) throws IOException {
    int sent = 0;
    int wanted = 1 + random.nextInt(MOST_AT_ONCE);
    int at = random.nextInt(volume.blocks());
    while (sent < wanted && at < volume.blocks()) {
      boolean chunk = random.nextInt(30) == 0;
      int begin = chunk ? at & -CHUNK_BLOCKS : at;
      int count = chunk && begin >= at ? CHUNK_BLOCKS : 1 + random.nextInt(SMALL_BLOCKS);
      starts[sent] = at;
      counts[sent] = Math.min(count, volume.blocks() - at);
      send(client, sent);
      at += count + random.nextInt(GAP_BLOCKS);
      sent++;
    }
    boolean[] refused = new boolean[sent];
    for (int i = 0; i < sent; i++) {
      Reply reply = client.reply();
      int which = (int) reply.cookie();
      refused[which] = reply.error() != 0;
      if (reply.error() == 0) {
        volume.ledger().acknowledged(starts[which], counts[which]);
      }
      tally.answered(reply.error());
    }
    for (int i = 0; i < sent; i++) {
      if (refused[i] || random.nextInt(MOST_AT_ONCE) == 0) {
        volume.check(client, starts[i], counts[i], findings);
      }
    }
  }

  private void send(NbdClient client, int which) throws IOException {
    int start = starts[which];
    int count = counts[which];
    long offset = (long) start * Stamps.BLOCK;
    if (random.nextInt(10) < TRIMS_OF_TEN) {
      volume.ledger().begin(start, count, Stamps.ZEROS);
      client.askTrim(which, offset, count * Stamps.BLOCK);
      return;
    }
    long stamp = Stamps.of(volume.number(), nextWrite++);
    volume.ledger().begin(start, count, stamp);
    bytes.clear();
    for (int block = start; block < start + count; block++) {
      Stamps.put(bytes, stamp, block);
    }
    client.askWrite(which, offset, bytes.flip());
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
