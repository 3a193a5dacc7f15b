package io.virga.objectstore.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.virga.dataplane.configuration.HostPort;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.peer.Answer;
import io.virga.objectstore.peer.Body;
import io.virga.objectstore.peer.Call;
import io.virga.objectstore.peer.PeerFailure;
import io.virga.objectstore.peer.PeerLink;
import io.virga.objectstore.peer.PeerRequest;
import io.virga.objectstore.peer.Reply;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import reactor.core.publisher.Flux;

/**
 * The way of a node to its peers. A request is one message, once all of its body is there, and its
 * answer another. Ends with the life of the node.
 */
final class SimulatedLink implements PeerLink {

  private final SimulatedNetwork network;
  private final VirtualTime time;
  private final SimulatedNode.Life life;

  SimulatedLink(SimulatedNetwork network, VirtualTime time, SimulatedNode.Life life) {
    this.network = network;
    this.time = time;
    this.life = life;
  }

  @Override
  public Started start(HostPort peer, PeerRequest request, Listener listener) {
    if (life.isOver()) {
      request.body().discard();
      listener.failed(new PeerFailure.Unreachable(peer, "the node is dead"));
      return () -> {};
    }
    Exchange exchange = new Exchange(peer, request, listener);
    switch (request.body()) {
      case Body.None() -> exchange.send(new byte[0]);
      case Body.Whole(ByteBuf bytes) -> exchange.send(taken(bytes));
      case Body.Chunks(Flux<ByteBuf> flux) -> {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        flux.subscribe(
            part -> all.writeBytes(taken(part)),
            failure -> exchange.settle(new PeerFailure.BodyFailed(failure)),
            () -> exchange.send(all.toByteArray()));
      }
    }
    return () -> exchange.settled = true;
  }

  private static byte[] taken(ByteBuf buffer) {
    byte[] bytes = ByteBufUtil.getBytes(buffer);
    buffer.release();
    return bytes;
  }

  private static Flux<ByteBuf> body(byte[] bytes) {
    return bytes.length == 0 ? Flux.empty() : Flux.defer(() -> Flux.just(wrapped(bytes)));
  }

  private static ByteBuf wrapped(byte[] bytes) {
    return Unpooled.wrappedBuffer(bytes);
  }

  /** A request and what comes of it. */
  private final class Exchange {
    private final HostPort peer;
    private final PeerRequest request;
    private final Listener listener;
    private boolean waiting;
    private boolean settled;
    private Optional<Reply> reply = Optional.empty();
    private Optional<PeerFailure> failure = Optional.empty();

    Exchange(HostPort peer, PeerRequest request, Listener listener) {
      this.peer = peer;
      this.request = request;
      this.listener = listener;
    }

    void send(byte[] body) {
      SimulatedNode node = network.at(peer).orElseThrow();
      network.carry(life.node(), node.number(), () -> arrive(node, body));
      long millis = request.deadline().toMillis();
      time.after(
          request.deadline(),
          () -> settle(new PeerFailure.DeadlineExceeded(peer.toString(), millis)));
      if (time.isBlocking()) {
        waiting = true;
        time.await(() -> settled);
        tell();
      }
    }

    private void arrive(SimulatedNode node, byte[] body) {
      Optional<SimulatedNode.Life> there = node.life();
      if (there.isEmpty()) {
        network.carry(node.number(), life.node(), () -> settle(unreachable()));
        return;
      }
      Call call =
          new Call(
              request.opcode(),
              request.header(),
              "n" + life.node(),
              request.deadline(),
              body(body));
      Optional<Answered> answered = answer(there.get(), call);
      if (there.get().isOver() || answered.isEmpty()) {
        network.carry(node.number(), life.node(), () -> settle(broken()));
        return;
      }
      network.carry(
          node.number(),
          life.node(),
          () -> answered.ifPresent(a -> settle(new Reply(a.status(), a.header(), body(a.body())))));
    }

    /** Empty if its body breaks off. */
    private Optional<Answered> answer(SimulatedNode.Life there, Call call) {
      Answer answer = there.service().handle(call).blockOptional().orElseThrow();
      try {
        byte[] body =
            switch (answer.body()) {
              case Body.None() -> new byte[0];
              case Body.Whole(ByteBuf bytes) -> taken(bytes);
              case Body.Chunks(Flux<ByteBuf> flux) -> collected(flux);
            };
        return Optional.of(new Answered(answer.status(), answer.header(), body));
      } catch (StoreFailure e) {
        return Optional.empty();
      } finally {
        there.diskWasUsed();
      }
    }

    private PeerFailure unreachable() {
      return new PeerFailure.Unreachable(peer, "nobody listens");
    }

    private PeerFailure broken() {
      return new PeerFailure.Broken(peer.toString(), "it died");
    }

    void settle(Reply with) {
      settle(Optional.of(with), Optional.empty());
    }

    void settle(PeerFailure with) {
      settle(Optional.empty(), Optional.of(with));
    }

    private void settle(Optional<Reply> answer, Optional<PeerFailure> problem) {
      if (settled) {
        return;
      }
      settled = true;
      reply = answer;
      failure = problem;
      if (!waiting) {
        tell();
      }
    }

    private void tell() {
      if (life.isOver()) {
        failure = Optional.of(new PeerFailure.Unreachable(peer, "the node is dead"));
      }
      failure.ifPresentOrElse(listener::failed, () -> reply.ifPresent(listener::replied));
    }
  }

  private record Answered(int status, byte[] header, byte[] body) {}

  private static byte[] collected(Flux<ByteBuf> flux) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    flux.doOnNext(part -> all.writeBytes(taken(part))).blockLast();
    return all.toByteArray();
  }
}
