package io.virga.objectstore.peer;

import io.virga.dataplane.configuration.HostPort;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** A call of a link for each subscriber. */
final class CallMono extends Mono<Reply> {

  private final PeerLink link;
  private final HostPort peer;
  private final PeerRequest request;

  CallMono(PeerLink link, HostPort peer, PeerRequest request) {
    this.link = link;
    this.peer = peer;
    this.request = request;
  }

  @Override
  public void subscribe(CoreSubscriber<? super Reply> subscriber) {
    subscriber.onSubscribe(new CallSubscription(this, subscriber));
  }

  /**
   * Begins with the first demand; once it is settled, what becomes of the reply is not its
   * business.
   */
  private static final class CallSubscription implements Subscription, PeerLink.Listener {

    private final CallMono call;
    private final CoreSubscriber<? super Reply> subscriber;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean cancelled;
    private volatile boolean settled;
    private volatile PeerLink.@Nullable Started started;

    CallSubscription(CallMono call, CoreSubscriber<? super Reply> subscriber) {
      this.call = call;
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      if (begun.compareAndSet(false, true)) {
        PeerLink.Started now = call.link.start(call.peer, call.request, this);
        started = now;
        if (cancelled) {
          now.cancel();
        }
      }
    }

    @Override
    public void cancel() {
      if (settled) {
        return;
      }
      cancelled = true;
      if (begun.compareAndSet(false, true)) {
        call.request.body().discard();
      }
      PeerLink.Started now = started;
      if (now != null) {
        now.cancel();
      }
    }

    @Override
    public void replied(Reply reply) {
      settled = true;
      if (cancelled) {
        reply.discard();
      } else {
        subscriber.onNext(reply);
        subscriber.onComplete();
      }
    }

    @Override
    public void failed(PeerFailure failure) {
      settled = true;
      if (!cancelled) {
        subscriber.onError(failure);
      }
    }
  }
}
