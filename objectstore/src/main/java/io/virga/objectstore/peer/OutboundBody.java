package io.virga.objectstore.peer;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import io.virga.dataplane.Invariant;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/**
 * A body on its way to the peer: asks its source for one buffer at a time, when there is credit and
 * the connection is writable, and sends it in pieces. The source may signal on any thread; the rest
 * is the loop's.
 *
 * <p>sending → (source complete, all sent) ended; → (source failed) failed; → (cancel) over.
 */
final class OutboundBody implements CoreSubscriber<ByteBuf> {

  /** The connection's side of it, on the loop. */
  interface Listener {

    /** A piece is ready; takes it over. */
    void send(ByteBuf piece);

    /** Whether the connection takes more; if not, {@link #resume} follows when it does. */
    boolean hasRoom(OutboundBody body);

    /** All is sent. */
    void ended();

    /** The source failed. */
    void failed(Throwable cause);
  }

  private final Body body;
  private final EventExecutor loop;
  private final PeerStream<?> stream;
  private final Listener listener;
  private volatile @Nullable Subscription source;
  private volatile @Nullable ByteBuf next;
  private volatile @Nullable Throwable failure;
  private volatile boolean complete;
  private volatile boolean over;
  private boolean asked;
  private boolean draining;

  OutboundBody(Body body, EventExecutor loop, PeerStream<?> stream, Listener listener) {
    this.body = body;
    this.loop = loop;
    this.stream = stream;
    this.listener = listener;
  }

  /** Begins, and may end before it returns. On the loop. */
  void start() {
    switch (body) {
      case Body.None none -> complete = true;
      case Body.Whole(ByteBuf bytes) -> {
        asked = true;
        next = bytes;
        complete = true;
      }
      case Body.Chunks(Flux<ByteBuf> flux) -> flux.subscribe(this);
    }
    resume();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    source = subscription;
    resume();
  }

  @Override
  public void onNext(ByteBuf bytes) {
    Invariant.check(next == null, "a source gives what it is asked for");
    if (over) {
      bytes.release();
      return;
    }
    next = bytes;
    resume();
  }

  @Override
  public void onError(Throwable cause) {
    failure = cause;
    resume();
  }

  @Override
  public void onComplete() {
    complete = true;
    resume();
  }

  /** Whether it is the source that is waited for. */
  boolean waitsForSource() {
    return !over && next == null && (asked || source == null);
  }

  boolean isOver() {
    return over;
  }

  /** There may be room again, or something to send. */
  void resume() {
    if (loop.inEventLoop()) {
      drain();
    } else {
      loop.execute(this::drain);
    }
  }

  /** Sends nothing more. On the loop. */
  void cancel() {
    if (!over) {
      over = true;
      Subscription from = source;
      if (from != null) {
        from.cancel();
      }
    }
    dropNext();
  }

  private void dropNext() {
    ByteBuf dropped = next;
    next = null;
    if (dropped != null) {
      dropped.release();
    }
  }

  private void drain() {
    if (over) {
      dropNext();
      return;
    }
    if (draining) {
      return;
    }
    draining = true;
    boolean more = true;
    while (more && !over) {
      more = step();
    }
    draining = false;
  }

  /** Does one thing; false if there is nothing to do now. */
  private boolean step() {
    Throwable cause = failure;
    if (cause != null) {
      over = true;
      dropNext();
      listener.failed(cause);
      return false;
    }
    ByteBuf bytes = next;
    if (bytes != null) {
      return send(bytes);
    }
    if (complete) {
      // The last buffer may have come between the two looks.
      if (next != null) {
        return true;
      }
      over = true;
      listener.ended();
      return false;
    }
    Subscription from = source;
    if (asked || from == null || stream.sendable(1) == 0 || !listener.hasRoom(this)) {
      return false;
    }
    asked = true;
    from.request(1);
    return true;
  }

  private boolean send(ByteBuf bytes) {
    if (!bytes.isReadable()) {
      bytes.release();
      next = null;
      asked = false;
      return true;
    }
    int length = listener.hasRoom(this) ? stream.sendable(bytes.readableBytes()) : 0;
    if (length == 0) {
      return false;
    }
    stream.sent(length);
    if (length == bytes.readableBytes()) {
      next = null;
      asked = false;
      listener.send(bytes);
    } else {
      listener.send(bytes.readRetainedSlice(length));
    }
    return true;
  }
}
