package io.virga.objectstore.flow;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * The body that the other side of a connection sends: what has come and is not asked for yet is
 * kept here, at most what the connection lets come unasked. Signals come on the loop; subscribing,
 * asking and cancelling may be done anywhere.
 *
 * <p>open → (END) complete → drained; open or complete → (failure, cancel, discard) over.
 */
public final class InboundBody extends Flux<ByteBuf> implements Subscription {

  /** Kept as a slice, a smaller piece would hold on to a whole receive buffer. */
  private static final int COPIED_BYTES = 16 << 10;

  /** What the connection hears of it, on the loop. */
  public interface Listener {

    /** The consumer took a piece. */
    void consumed(int bytes);

    /** The consumer asks for what has not come yet. */
    void starving();

    /** The consumer has all of it, or wants no more; nothing is kept. */
    void released(boolean cancelled);
  }

  private final EventExecutor loop;
  private final Listener listener;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>();
  private volatile @Nullable CoreSubscriber<? super ByteBuf> subscriber;
  private @Nullable Throwable failure;
  private long demand;
  private boolean complete;
  private boolean over;
  private boolean draining;

  public InboundBody(EventExecutor loop, Listener listener) {
    this.loop = loop;
    this.listener = listener;
  }

  /** Whether somebody has subscribed. */
  public boolean isClaimed() {
    return claimed.get();
  }

  /** Whether there is nothing more to get from it. */
  public boolean isOver() {
    return over;
  }

  /** Whether the consumer waits for the peer. */
  public boolean isStarving() {
    return !over && !complete && demand > 0 && pieces.isEmpty();
  }

  /** A piece came; takes it over. */
  public void add(ByteBuf piece) {
    if (over) {
      piece.release();
      return;
    }
    if (demand > 0 || piece.readableBytes() >= COPIED_BYTES) {
      pieces.add(piece);
    } else {
      pieces.add(piece.copy());
      piece.release();
    }
    drain();
  }

  /** Nothing more will come. */
  public void complete() {
    complete = true;
    drain();
  }

  /** Drops what is kept; a subscriber, now or later, hears the failure. */
  public void fail(Throwable cause) {
    if (!over) {
      failure = cause;
      finish(false);
      signalFailure();
    }
  }

  @Override
  public void subscribe(CoreSubscriber<? super ByteBuf> actual) {
    if (!claimed.compareAndSet(false, true)) {
      Operators.error(actual, new IllegalStateException("a body is for one subscriber"));
      return;
    }
    subscriber = actual;
    actual.onSubscribe(this);
    run(
        () -> {
          signalFailure();
          drain();
        });
  }

  @Override
  public void request(long n) {
    if (n <= 0) {
      run(() -> fail(new IllegalArgumentException("a demand of " + n + ": expected more than 0")));
      return;
    }
    run(
        () -> {
          demand = Operators.addCap(demand, n);
          drain();
          if (isStarving()) {
            listener.starving();
          }
        });
  }

  @Override
  public void cancel() {
    run(
        () -> {
          subscriber = null;
          if (!over) {
            finish(true);
          }
        });
  }

  private void run(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  private void drain() {
    CoreSubscriber<? super ByteBuf> to = subscriber;
    if (draining || to == null) {
      return;
    }
    draining = true;
    while (!over && demand > 0 && !pieces.isEmpty()) {
      ByteBuf piece = pieces.remove();
      int bytes = piece.readableBytes();
      demand--;
      listener.consumed(bytes);
      to.onNext(piece);
    }
    draining = false;
    if (!over && complete && pieces.isEmpty()) {
      finish(false);
      subscriber = null;
      to.onComplete();
    }
  }

  private void signalFailure() {
    CoreSubscriber<? super ByteBuf> to = subscriber;
    Throwable cause = failure;
    if (to != null && cause != null) {
      subscriber = null;
      to.onError(cause);
    }
  }

  private void finish(boolean cancelled) {
    over = true;
    pieces.forEach(ByteBuf::release);
    pieces.clear();
    listener.released(cancelled);
  }
}
