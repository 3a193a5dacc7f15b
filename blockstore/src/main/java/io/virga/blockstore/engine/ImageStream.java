package io.virga.blockstore.engine;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.extent.Entry;
import io.virga.blockstore.image.ImageSource;
import io.virga.dataplane.desired.ImageMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches one image: first its map, then its chunks; those that a read waits for before the others,
 * each once at a time, and the rest only when for some seconds no read has had to wait: a guest
 * that boots shares the host with it. What fails is tried again with backoff; a read that has
 * waited for 30 s fails. Owned by the pool's loop.
 *
 * <p>unknown → (map) → streaming → (last chunk) → fetched; any → stopped.
 */
final class ImageStream {

  private static final Logger LOG = LoggerFactory.getLogger(ImageStream.class);
  private static final int MAXIMUM_DEMANDED = 8;
  private static final int MAXIMUM_PREFETCHED = 2;
  private static final long QUIET_SECONDS = 5;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long FIRST_BACKOFF_MILLIS = 100;
  private static final long MAXIMUM_BACKOFF_MILLIS = 2_000;

  private final VolumeState image;
  private final ImageSource source;
  private final ChunkSink sink;
  private final EventExecutor loop;
  private final List<Waiter> waitingForMap = new ArrayList<>();
  private final Map<Long, Fetch> fetches = new HashMap<>();
  private final Deque<Fetch> demanded = new ArrayDeque<>();
  private long nextPrefetch;
  private int active;
  private int mapAttempts;
  private boolean mapRequested;
  private boolean quiet;
  private boolean listening;
  private boolean demandedLately;
  private boolean nothingLeft;
  private boolean stopped;

  ImageStream(VolumeState image, ImageSource source, ChunkSink sink, EventExecutor loop) {
    this.image = image;
    this.source = source;
    this.sink = sink;
    this.loop = loop;
  }

  static boolean isRemote(VolumeState image, long chunk) {
    return Entry.kind(image.map().entry(chunk << Entry.CHUNK_BLOCK_SHIFT)) == Entry.REMOTE;
  }

  /** Goes on with whatever is to be done next. */
  void run() {
    if (stopped) {
      return;
    }
    if (!image.imageKnown) {
      requestMap();
      return;
    }
    while (active < MAXIMUM_DEMANDED && !demanded.isEmpty()) {
      request(demanded.removeFirst());
    }
    if (quiet) {
      prefetch();
    } else {
      listen();
    }
  }

  /** Waits until no read has asked for a while. */
  private void listen() {
    if (listening) {
      return;
    }
    listening = true;
    loop.schedule(
        () -> {
          listening = false;
          quiet = !demandedLately;
          demandedLately = false;
          run();
        },
        QUIET_SECONDS,
        TimeUnit.SECONDS);
  }

  private void prefetch() {
    while (active < MAXIMUM_PREFETCHED && !nothingLeft) {
      long block = image.map().nextRemote(nextPrefetch << Entry.CHUNK_BLOCK_SHIFT);
      if (block < 0) {
        nothingLeft = fetches.isEmpty() && image.map().remoteBlocks() == 0;
        nextPrefetch = 0;
        return;
      }
      long chunk = block >>> Entry.CHUNK_BLOCK_SHIFT;
      nextPrefetch = chunk + 1;
      if (!fetches.containsKey(chunk)) {
        Fetch fetch = new Fetch(chunk);
        fetches.put(chunk, fetch);
        request(fetch);
      }
    }
  }

  boolean isFetched() {
    return image.imageKnown && image.map().remoteBlocks() == 0;
  }

  void whenKnown(Completion completion) {
    waitingForMap.add(new Waiter(completion, System.nanoTime()));
    run();
  }

  void fetch(long chunk, Completion completion) {
    if (stopped || !isRemote(image, chunk)) {
      completion.done(stopped ? Outcome.SHUT_DOWN : Outcome.OK);
      return;
    }
    Fetch fetch = fetches.get(chunk);
    if (fetch == null) {
      fetch = new Fetch(chunk);
      fetches.put(chunk, fetch);
      demanded.add(fetch);
    }
    fetch.waiters.add(new Waiter(completion, System.nanoTime()));
    demandedLately = true;
    quiet = false;
    run();
  }

  void stop() {
    stopped = true;
    answer(waitingForMap, Outcome.SHUT_DOWN);
    List<Fetch> open = List.copyOf(fetches.values());
    fetches.clear();
    demanded.clear();
    open.forEach(fetch -> answer(fetch.waiters, Outcome.SHUT_DOWN));
  }

  private void requestMap() {
    if (mapRequested) {
      return;
    }
    mapRequested = true;
    source
        .map(image.origin)
        .whenComplete((map, failure) -> loop.execute(() -> mapArrived(map, failure)));
  }

  private void mapArrived(@Nullable ImageMap map, @Nullable Throwable failure) {
    if (stopped) {
      return;
    }
    if (map != null && isSound(map)) {
      sink.known(image, map);
      answer(waitingForMap, Outcome.OK);
      run();
      return;
    }
    LOG.warn(
        "the map of image {} could not be fetched, trying again: {}",
        image.name,
        failure == null ? "it does not fit the image" : failure.toString());
    expire(waitingForMap);
    mapAttempts++;
    later(
        mapAttempts,
        () -> {
          mapRequested = false;
          run();
        });
  }

  private boolean isSound(ImageMap map) {
    long chunks = (image.sizeBytes + Entry.CHUNK_BYTES - 1) >>> Entry.CHUNK_SHIFT;
    long previous = -1;
    for (int chunk : map.chunks()) {
      if (chunk <= previous || chunk >= chunks) {
        return false;
      }
      previous = chunk;
    }
    return map.formatVersion() == 1 && map.chunkBytes() == Entry.CHUNK_BYTES;
  }

  private void request(Fetch fetch) {
    active++;
    long entry = image.map().entry(fetch.chunk << Entry.CHUNK_BLOCK_SHIFT);
    source
        .chunk(image.origin, Entry.address(entry) >>> Entry.CHUNK_BLOCK_SHIFT)
        .whenComplete((bytes, failure) -> loop.execute(() -> arrived(fetch, bytes, failure)));
  }

  private void arrived(Fetch fetch, @Nullable ByteBuf bytes, @Nullable Throwable failure) {
    if (stopped) {
      if (bytes != null) {
        bytes.release();
      }
      return;
    }
    if (bytes == null) {
      LOG.warn("chunk {} of image {}: {}", fetch.chunk, image.name, String.valueOf(failure));
      failed(fetch, Outcome.IO_ERROR);
      return;
    }
    sink.store(
        image,
        fetch.chunk,
        bytes,
        outcome -> {
          if (outcome == Outcome.OK) {
            active--;
            fetches.remove(fetch.chunk);
            answer(fetch.waiters, Outcome.OK);
            run();
          } else {
            failed(fetch, outcome);
          }
        });
  }

  private void failed(Fetch fetch, Outcome outcome) {
    active--;
    if (outcome == Outcome.NO_SPACE) {
      answer(fetch.waiters, outcome);
    }
    expire(fetch.waiters);
    fetch.attempts++;
    later(
        fetch.attempts,
        () -> {
          if (fetches.get(fetch.chunk) == fetch) {
            demanded.add(fetch);
          }
          run();
        });
  }

  private void later(int attempts, Runnable action) {
    long millis =
        Math.min(MAXIMUM_BACKOFF_MILLIS, FIRST_BACKOFF_MILLIS << Math.min(attempts - 1, 10));
    loop.schedule(action, millis, TimeUnit.MILLISECONDS);
  }

  private static void expire(List<Waiter> waiters) {
    long now = System.nanoTime();
    List<Waiter> expired = new ArrayList<>();
    for (Iterator<Waiter> all = waiters.iterator(); all.hasNext(); ) {
      Waiter waiter = all.next();
      if (now - waiter.since >= PATIENCE_NANOS) {
        all.remove();
        expired.add(waiter);
      }
    }
    answer(expired, Outcome.IO_ERROR);
  }

  private static void answer(List<Waiter> waiters, Outcome outcome) {
    List<Waiter> all = List.copyOf(waiters);
    waiters.clear();
    all.forEach(waiter -> waiter.completion.done(outcome));
  }

  private record Waiter(Completion completion, long since) {}

  private static final class Fetch {
    private final long chunk;
    private final List<Waiter> waiters = new ArrayList<>();
    private int attempts;

    Fetch(long chunk) {
      this.chunk = chunk;
    }
  }
}
