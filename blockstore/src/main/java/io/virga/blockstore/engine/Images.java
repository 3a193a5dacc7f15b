package io.virga.blockstore.engine;

import io.netty.util.concurrent.EventExecutor;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.extent.Entry;
import io.virga.blockstore.image.ImageSource;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.util.HashMap;
import java.util.Map;

/** The images of a pool that are still being fetched. Owned by the pool's loop. */
final class Images {

  private static final int MAXIMUM_PREFETCH_CHUNKS = 64;

  private final ImageSource source;
  private final PoolState state;
  private final ChunkSink sink;
  private final EventExecutor loop;
  private final Map<Long, ImageStream> streams = new HashMap<>();

  Images(ImageSource source, PoolState state, ChunkSink sink, EventExecutor loop) {
    this.source = source;
    this.state = state;
    this.sink = sink;
    this.loop = loop;
  }

  /** Goes on with every image that is not complete, once all maps have been read. */
  void start() {
    state.volumes().stream()
        .filter(volume -> volume.kind == VolumeKind.IMAGE && !isFetched(volume))
        .forEach(image -> loop.execute(stream(image)::run));
  }

  /** Begins to fetch a new image. */
  void begin(VolumeState image) {
    stream(image);
  }

  /** The image is no more. */
  void end(VolumeState image) {
    ImageStream stream = streams.remove(image.id);
    if (stream != null) {
      stream.stop();
    }
  }

  /** Fetches no more. */
  void stopAll() {
    streams.values().forEach(ImageStream::stop);
  }

  /** Whether nothing of the image is left to fetch. */
  boolean isFetched(VolumeState image) {
    ImageStream stream = streams.get(image.id);
    return stream == null
        ? image.imageKnown && image.map().remoteBlocks() == 0
        : stream.isFetched();
  }

  /** Completes when it is known where the image's chunks are. */
  void whenKnown(VolumeState image, Completion completion) {
    if (image.imageKnown) {
      completion.done(Outcome.OK);
    } else {
      stream(image).whenKnown(completion);
    }
  }

  /** Completes when the chunk is in a slot. */
  void fetch(VolumeState image, long chunk, Completion completion) {
    stream(image).fetch(chunk, completion);
  }

  /** Fetches what the range of the volume shows of its image, soon. */
  void prefetch(VolumeState volume, long from, long to) {
    VolumeState image = state.volume(volume.baseId);
    if (image == null || !image.imageKnown) {
      return;
    }
    long first = from >>> Entry.CHUNK_SHIFT;
    long end = Math.ceilDiv(Math.min(to, image.sizeBytes), (long) Entry.CHUNK_BYTES);
    for (long chunk = first; chunk < Math.min(end, first + MAXIMUM_PREFETCH_CHUNKS); chunk++) {
      boolean shown = volume.map().entry(chunk << Entry.CHUNK_BLOCK_SHIFT) == Entry.UNSET;
      if (shown && ImageStream.isRemote(image, chunk)) {
        fetch(image, chunk, outcome -> {});
      }
    }
  }

  private ImageStream stream(VolumeState image) {
    return streams.computeIfAbsent(
        image.id,
        id -> {
          ImageStream stream = new ImageStream(image, source, sink, loop);
          loop.execute(stream::run);
          return stream;
        });
  }
}
