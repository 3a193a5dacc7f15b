package io.virga.objectstore.flow;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import io.virga.dataplane.Invariant;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/**
 * A body on its way to a connection: its source is asked for one buffer after the other while there
 * is room. The source may signal on any thread; the rest is the loop's.
 *
 * <p>sending → (source complete, all taken) ended; → (source or outlet failed) failed; → (cancel)
 * over.
 */
public final class OutboundBody implements CoreSubscriber<ByteBuf> {

  /** The connection's side of it, on the loop. */
  public interface Outlet {

    /** Whether a buffer may be sent; if not, {@link #resume} follows when it may. */
    boolean hasRoom();

    /**
     * Takes a buffer that is not empty over; or a part of it, false, and {@link #resume} follows.
     *
     * @throws IOException if it must not come; it has been released
     */
    boolean take(ByteBuf bytes) throws IOException;

    /** What was taken is all for now. */
    void paused();

    /**
     * All has been taken.
     *
     * @throws IOException if more had to come
     */
    void ended() throws IOException;

    /** The source or this failed. */
    void failed(Throwable cause);
  }

  private final EventExecutor loop;
  private final Context context;
  private final Outlet outlet;
  private volatile @Nullable Subscription source;
  private volatile @Nullable ByteBuf next;
  private volatile @Nullable Throwable failure;
  private volatile boolean complete;
  private volatile boolean over;
  private boolean asked;
  private boolean draining;

  /**
   * Subscribe it to the source.
   *
   * @param context what the source is told
   */
  public OutboundBody(EventExecutor loop, Context context, Outlet outlet) {
    this.loop = loop;
    this.context = context;
    this.outlet = outlet;
  }

  /** Lets a source that nobody wants free what it has. */
  public static void discard(Flux<ByteBuf> source) {
    source.doOnNext(ByteBuf::release).subscribe().dispose();
  }

  /**
   * Instead of a source: all that is to be sent, which is taken over. May end before it returns.
   */
  public void send(ByteBuf whole) {
    asked = true;
    next = whole;
    complete = true;
    resume();
  }

  @Override
  public Context currentContext() {
    return context;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    source = subscription;
    resume();
  }

  @Override
  public void onNext(ByteBuf bytes) {
    Invariant.check(next == null, "a source gives what it is asked for");
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
  public boolean waitsForSource() {
    return !over && next == null && (asked || source == null);
  }

  public boolean isOver() {
    return over;
  }

  /** There may be room again, or something to send. From any thread. */
  public void resume() {
    if (loop.inEventLoop()) {
      drain();
    } else {
      loop.execute(this::drain);
    }
  }

  /** Sends nothing more. On the loop. */
  public void cancel() {
    over = true;
    dropNext();
    Subscription from = source;
    if (from != null) {
      from.cancel();
    }
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
      cancel();
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
    if (!over) {
      outlet.paused();
    }
  }

  /** Does one thing; false if there is nothing to do now. */
  private boolean step() {
    Throwable cause = failure;
    if (cause != null) {
      fail(cause);
      return false;
    }
    ByteBuf bytes = next;
    if (bytes != null) {
      return bytes.isReadable() ? offer(bytes) : skip(bytes);
    }
    if (complete) {
      // The last buffer may have come between the two looks.
      return next != null || end();
    }
    Subscription from = source;
    if (asked || from == null || !outlet.hasRoom()) {
      return false;
    }
    asked = true;
    from.request(1);
    return true;
  }

  private boolean skip(ByteBuf empty) {
    empty.release();
    next = null;
    asked = false;
    return true;
  }

  private boolean offer(ByteBuf bytes) {
    next = null;
    try {
      if (outlet.take(bytes)) {
        asked = false;
        return true;
      }
      keep(bytes);
    } catch (IOException e) {
      fail(e);
    }
    return false;
  }

  /** The outlet may have come to its end with the part that it took. */
  private void keep(ByteBuf rest) {
    if (over) {
      rest.release();
    } else {
      next = rest;
    }
  }

  private boolean end() {
    over = true;
    try {
      outlet.ended();
    } catch (IOException e) {
      outlet.failed(e);
    }
    return false;
  }

  private void fail(Throwable cause) {
    cancel();
    outlet.failed(cause);
  }
}
