package io.virga.objectstore.swift.blocking;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/**
 * A body as a stream that blocks. Few buffers are asked for ahead; a client that sends nothing for
 * too long makes the next read fail. Read by one thread.
 */
public final class BodyInput extends InputStream {

  private static final int AHEAD = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private sealed interface Event {}

  private record Bytes(ByteBuf buffer) implements Event {}

  private record End(@Nullable Throwable failure) implements Event {}

  private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(AHEAD + 1);
  private final Receiver receiver = new Receiver();
  private @Nullable ByteBuf current;
  private boolean ended;

  private final class Receiver extends BaseSubscriber<ByteBuf> {

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      subscription.request(AHEAD);
    }

    @Override
    protected void hookOnNext(ByteBuf buffer) {
      if (!events.offer(new Bytes(buffer))) {
        buffer.release();
        cancel();
      }
    }

    @Override
    protected void hookOnComplete() {
      end(null);
    }

    @Override
    protected void hookOnError(Throwable failure) {
      end(failure);
    }

    private void end(@Nullable Throwable failure) {
      if (!events.offer(new End(failure))) {
        throw new IllegalStateException("there is room for the end behind all buffers");
      }
    }
  }

  /** Begins to receive. */
  public BodyInput(Flux<ByteBuf> body) {
    body.subscribe(receiver);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    ByteBuf buffer = current();
    if (buffer == null) {
      return -1;
    }
    int count = Math.min(length, buffer.readableBytes());
    buffer.readBytes(target, offset, count);
    return count;
  }

  /** A buffer with something to read in it, none at the end. */
  private @Nullable ByteBuf current() throws IOException {
    while (!ended && (current == null || !current.isReadable())) {
      release();
      switch (next()) {
        case Bytes(ByteBuf buffer) -> {
          current = buffer;
          receiver.request(1);
        }
        case End(Throwable failure) -> {
          ended = true;
          if (failure != null) {
            throw new IOException("the body broke off", failure);
          }
        }
      }
    }
    return current;
  }

  private Event next() throws IOException {
    try {
      Event event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (event == null) {
        throw new IOException("the client sent nothing for " + PATIENCE.toSeconds() + " seconds");
      }
      return event;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("reading was interrupted", e);
    }
  }

  private void release() {
    if (current != null) {
      current.release();
      current = null;
    }
  }

  @Override
  public void close() {
    receiver.cancel();
    ended = true;
    release();
    for (Event event = events.poll(); event != null; event = events.poll()) {
      if (event instanceof Bytes(ByteBuf buffer)) {
        buffer.release();
      }
    }
  }
}
