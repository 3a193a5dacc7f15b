package io.virga.control.image.objects;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import io.virga.control.fault.ApiFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.NoSuchFileException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A {@link BlockingStore} that is called by a few threads of its own. */
final class BlockingBackend implements Backend {

  private static final Logger log = LoggerFactory.getLogger(BlockingBackend.class);

  private static final int THREADS = 4;
  private static final int MAX_WAITING = 64;
  private static final int BUFFERS_AHEAD = 16;
  private static final int READ_BYTES = 64 << 10;

  private final String id;
  private final BlockingStore store;
  private final Scheduler calls;

  /**
   * @param id what the store is called in messages
   */
  BlockingBackend(String id, BlockingStore store) {
    this.id = id;
    this.store = store;
    this.calls = Schedulers.newBoundedElastic(THREADS, MAX_WAITING, "image-store-" + id);
  }

  /** Something that blocks. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  @Override
  public Mono<Void> put(UUID imageId, Part part, Flux<ByteBuf> bytes) {
    return Mono.usingWhen(
            begin(imageId, part),
            writing ->
                bytes
                    .publishOn(writing.thread(), BUFFERS_AHEAD)
                    .doOnNext(writing::write)
                    .doOnDiscard(ByteBuf.class, ReferenceCountUtil::release)
                    .then(blocking(writing.thread(), writing.draft()::finish)),
            writing -> Mono.fromRunnable(writing.thread()::dispose),
            (writing, error) -> writing.giveUp(),
            Writing::giveUp)
        .onErrorMap(BlockingBackend::isOperating, this::away);
  }

  private Mono<Writing> begin(UUID imageId, Part part) {
    return Mono.defer(
        () -> {
          Scheduler thread = Schedulers.single(calls);
          return Mono.fromCallable(() -> new Writing(thread, store.draft(imageId, part)))
              .subscribeOn(thread)
              .doOnError(e -> thread.dispose())
              .doOnCancel(thread::dispose);
        });
  }

  /** A draft, and the one thread that all that is done to it is done by, in its order. */
  private record Writing(Scheduler thread, BlockingStore.Draft draft) {

    void write(ByteBuf buffer) {
      try {
        draft.write(buffer);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Mono<Void> giveUp() {
      return blocking(thread, draft::abandon).doFinally(signal -> thread.dispose());
    }
  }

  @Override
  public Flux<ByteBuf> get(UUID imageId, Part part) {
    return Flux.using(
            () -> store.read(imageId, part),
            channel -> Flux.<ByteBuf>generate(sink -> read(channel, sink)),
            BlockingBackend::close)
        .subscribeOn(calls)
        .cancelOn(calls)
        .onErrorMap(BlockingBackend::isOperating, this::away);
  }

  @Override
  public Mono<Void> delete(UUID imageId, Part part) {
    return blocking(calls, () -> store.delete(imageId, part))
        .onErrorMap(BlockingBackend::isOperating, this::away);
  }

  @Override
  public void close() {
    calls.dispose();
    store.close();
  }

  private static Mono<Void> blocking(Scheduler by, Work work) {
    return Mono.<Void>fromCallable(
            () -> {
              work.run();
              return null;
            })
        .subscribeOn(by);
  }

  private static void read(ReadableByteChannel channel, SynchronousSink<ByteBuf> sink) {
    ByteBuf buffer = ByteBufAllocator.DEFAULT.buffer(READ_BYTES, READ_BYTES);
    try {
      ByteBuffer room = buffer.internalNioBuffer(0, READ_BYTES);
      int length = channel.read(room);
      if (length > 0) {
        sink.next(buffer.retain().writerIndex(length));
      } else {
        sink.complete();
      }
    } catch (IOException e) {
      sink.error(e);
    } finally {
      buffer.release();
    }
  }

  private static void close(ReadableByteChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOperating(Throwable error) {
    return error instanceof IOException || error instanceof UncheckedIOException;
  }

  private ApiFault away(Throwable error) {
    if (error instanceof NoSuchFileException) {
      return ApiFault.unavailable("The store " + id + " has not all of the image any more.");
    }
    log.error("the image store {} fails", id, error);
    return ApiFault.unavailable("The store " + id + " fails; try again later.");
  }
}
