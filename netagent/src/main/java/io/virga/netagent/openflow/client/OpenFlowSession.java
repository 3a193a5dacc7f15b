package io.virga.netagent.openflow.client;

import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.Frame;
import io.virga.netagent.openflow.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller's side of a connection, without I/O. All calls come from one thread.
 *
 * <pre>
 * state     event            next      does
 * OPENING   opened           GREETED   sends hello
 * GREETED   hello            ASKING    asks for features, sets what it wants to be told
 * ASKING    features         READY     completes {@link #ready()}
 * any       echo request     same      sends echo reply
 * READY     reply, error     same      completes or fails the request of that number
 * any       disconnected     CLOSED    fails everything that waits
 * </pre>
 */
final class OpenFlowSession {

  /** Requests that may wait for a reply at once. */
  static final int MAX_PENDING = 1024;

  private static final Logger LOG = LoggerFactory.getLogger(OpenFlowSession.class);
  private static final int MISS_SEND_LENGTH_BYTES = 0xffff;

  private final Consumer<Frame> out;
  private final Consumer<Message.PacketIn> packetIns;
  private final Map<Integer, PendingReply<?>> pending = new HashMap<>();
  private final CompletableFuture<Message.FeaturesReply> ready = new CompletableFuture<>();
  private boolean closed;
  private int lastXid;

  OpenFlowSession(Consumer<Frame> out, Consumer<Message.PacketIn> packetIns) {
    this.out = out;
    this.packetIns = packetIns;
  }

  CompletableFuture<Message.FeaturesReply> ready() {
    return ready;
  }

  void opened() {
    send(new Message.Hello());
  }

  void disconnected(String reason) {
    closed = true;
    OpenFlowException failure = new OpenFlowException("the switch is gone: " + reason);
    pending.values().forEach(reply -> reply.fail(failure));
    pending.clear();
    ready.completeExceptionally(failure);
  }

  void received(Frame frame) {
    switch (frame.message()) {
      case Message.Hello _ -> {
        send(new Message.FeaturesRequest());
        send(new Message.SetConfig(0, MISS_SEND_LENGTH_BYTES));
        send(new Message.SetPacketInFormat());
      }
      case Message.FeaturesReply features -> ready.complete(features);
      case Message.EchoRequest echo ->
          out.accept(new Frame(frame.xid(), new Message.EchoReply(echo.data())));
      case Message.PacketIn packetIn -> packetIns.accept(packetIn);
      case Message.ErrorReport error -> failed(frame.xid(), error);
      case Message message -> replied(frame.xid(), message);
    }
  }

  /** How many flows each table holds. */
  CompletableFuture<List<Message.TableSize>> tables() {
    return request(
        new Message.TableStatsRequest(),
        message ->
            message instanceof Message.TableStatsReply reply
                ? Optional.of(new PendingReply.Part<>(reply.sizes(), reply.more()))
                : Optional.empty());
  }

  /** The flows of a table that have the cookie, or all of them. */
  CompletableFuture<List<Flow>> flows(int table, Optional<Long> cookie) {
    return request(
        new Message.FlowDescRequest(table, cookie),
        message ->
            message instanceof Message.FlowDescReply reply
                ? Optional.of(new PendingReply.Part<>(reply.flows(), reply.more()))
                : Optional.empty());
  }

  /** All meters. */
  CompletableFuture<List<Message.MeterConfig>> meters() {
    return request(
        new Message.MeterConfigRequest(),
        message ->
            message instanceof Message.MeterConfigReply reply
                ? Optional.of(new PendingReply.Part<>(reply.meters(), reply.more()))
                : Optional.empty());
  }

  /** Completes when everything sent before has taken effect. */
  CompletableFuture<List<Message>> barrier() {
    return request(
        new Message.BarrierRequest(),
        message ->
            message instanceof Message.BarrierReply
                ? Optional.of(new PendingReply.Part<>(List.of(message), false))
                : Optional.empty());
  }

  /** Applies the changes atomically and in order. */
  CompletableFuture<List<Message>> bundle(List<Message.FlowMod> mods) {
    int xid = nextXid();
    CompletableFuture<List<Message>> committed =
        await(
            xid,
            message ->
                message instanceof Message.BundleControl control
                        && control.step() == Message.BundleStep.COMMIT_REPLY
                    ? Optional.of(new PendingReply.Part<>(List.of(message), false))
                    : Optional.empty());
    if (!committed.isDone()) {
      out.accept(new Frame(xid, new Message.BundleControl(xid, Message.BundleStep.OPEN_REQUEST)));
      mods.forEach(mod -> out.accept(new Frame(xid, new Message.BundleAdd(xid, mod))));
      out.accept(new Frame(xid, new Message.BundleControl(xid, Message.BundleStep.COMMIT_REQUEST)));
    }
    return committed;
  }

  /** Sends a message that has no reply; a refusal is logged. */
  void send(Message message) {
    if (!closed) {
      out.accept(new Frame(nextXid(), message));
    }
  }

  private <T> CompletableFuture<List<T>> request(
      Message message, Function<Message, Optional<PendingReply.Part<T>>> reader) {
    int xid = nextXid();
    CompletableFuture<List<T>> future = await(xid, reader);
    if (!future.isDone()) {
      out.accept(new Frame(xid, message));
    }
    return future;
  }

  private <T> CompletableFuture<List<T>> await(
      int xid, Function<Message, Optional<PendingReply.Part<T>>> reader) {
    if (closed || pending.size() >= MAX_PENDING) {
      return CompletableFuture.failedFuture(
          new OpenFlowException(closed ? "the switch is gone" : "too many requests wait"));
    }
    PendingReply<T> reply = new PendingReply<>(reader);
    pending.put(xid, reply);
    return reply.future();
  }

  private void replied(int xid, Message message) {
    PendingReply<?> reply = pending.get(xid);
    if (reply != null && reply.accept(message)) {
      pending.remove(xid);
    }
  }

  private void failed(int xid, Message.ErrorReport error) {
    PendingReply<?> reply = pending.remove(xid);
    String text = "error type " + error.type() + " code " + error.code() + " for " + error.data();
    if (reply == null) {
      LOG.warn("the switch refused a message: {}", text);
    } else {
      reply.fail(new OpenFlowException("the switch refused: " + text));
    }
  }

  private int nextXid() {
    lastXid = lastXid == Integer.MAX_VALUE ? 1 : lastXid + 1;
    return lastXid;
  }
}
