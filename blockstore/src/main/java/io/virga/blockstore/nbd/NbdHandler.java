package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.virga.blockstore.export.Export;
import io.virga.dataplane.buffer.Inbox;
import io.virga.dataplane.tls.PeerIdentity;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: collects bytes, hands messages to the session of the phase, and sends what comes
 * back with one flush for all that is there. It stops reading while the session has no room or the
 * peer does not take its replies, and while all connections together hold too much.
 *
 * <p>greeted → (client flags) → haggling → (STARTTLS) → handshake → haggling → (GO) → transmitting
 * → closed. Whoever does not transmit within a minute is disconnected. A payload or an option that
 * is too large is refused at once, and skipped as it comes.
 */
final class NbdHandler extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(NbdHandler.class);

  private static final int HAGGLING_SECONDS = 60;

  private final Door door;
  private final Limits limits;
  private final Inbox inbox = new Inbox();
  private final Share share;
  private Negotiation negotiation;
  private @Nullable Integer clientFlags;
  private @Nullable Export export;
  private @Nullable Transmission transmission;
  private @Nullable Request held;
  private @Nullable ByteBuf lastReply;
  private @Nullable Runnable disconnect;
  private @Nullable ScheduledFuture<?> deadline;
  private boolean decoding;
  private boolean waiting;
  private long unsentBytes;
  private long skipping;
  private boolean handshaking;
  private boolean over;

  NbdHandler(Door door) {
    this.door = door;
    this.limits = door.limits();
    this.share = new Share(door.budget());
    this.negotiation =
        new Negotiation(door.exports(), limits, Peer.of(door.host()), door.security());
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    ByteBuf greeting = context.alloc().directBuffer(18);
    NegotiationCodec.encodeGreeting(greeting);
    context.writeAndFlush(greeting, context.voidPromise());
    deadline =
        context.executor().schedule(() -> endHaggling(context), HAGGLING_SECONDS, TimeUnit.SECONDS);
    context.read();
  }

  private static void endHaggling(ChannelHandlerContext context) {
    LOG.warn("connection closed: no export was chosen within {} s", HAGGLING_SECONDS);
    context.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (handshaking) {
      ReferenceCountUtil.release(message);
      endInTheClear(context);
      return;
    }
    inbox.add((ByteBuf) message, context.alloc());
    decodeAll(context);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    flush(context);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    decodeAll(context);
    readMore(context);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    leave();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("connection lost", cause);
    } else if (cause instanceof DecoderException) {
      LOG.warn("connection closed: {}", cause.getMessage());
    } else {
      LOG.error("connection closed on an unexpected failure", cause);
    }
    context.close();
  }

  private void readMore(ChannelHandlerContext context) {
    if (!over && !waiting && hasRoom(context)) {
      context.read();
    }
  }

  private boolean hasRoom(ChannelHandlerContext context) {
    Transmission current = transmission;
    return context.channel().isWritable() && (current == null || current.hasRoom());
  }

  private void decodeAll(ChannelHandlerContext context) {
    if (decoding) {
      return;
    }
    decoding = true;
    try {
      skipExcess();
      while (!over && hasNext() && hasRoom(context) && decodeOne(context)) {
        inbox.discardRead();
        skipExcess();
      }
    } finally {
      decoding = false;
    }
  }

  private void skipExcess() {
    if (skipping > 0) {
      int skipped = (int) Math.min(skipping, inbox.bytes().readableBytes());
      inbox.bytes().skipBytes(skipped);
      skipping -= skipped;
      inbox.discardRead();
    }
  }

  private boolean hasNext() {
    return held != null || inbox.isReadable();
  }

  private boolean decodeOne(ChannelHandlerContext context) {
    Transmission current = transmission;
    if (current != null) {
      return transmit(context, current);
    }
    if (clientFlags == null) {
      Optional<Integer> flags = take(context, NegotiationCodec.decodeClientFlags(inbox.bytes()));
      flags.ifPresent(value -> greeted(context, value));
      return flags.isPresent();
    }
    Optional<Option> option = take(context, NegotiationCodec.decodeOption(inbox.bytes(), limits));
    option.ifPresent(value -> haggle(context, value));
    return option.isPresent();
  }

  /** Whoever does not speak fixed newstyle is told nothing of TLS (proto.md, "TLS support"). */
  private void greeted(ChannelHandlerContext context, int flags) {
    clientFlags = flags;
    if ((flags & Wire.FLAG_FIXED_NEWSTYLE) != 0) {
      return;
    }
    if (door.security() == Door.Security.TLS_REQUIRED) {
      LOG.warn("connection closed: the client cannot be asked for TLS");
      over = true;
      context.close();
      return;
    }
    negotiateWith(Peer.of(door.host()), Door.Security.WITHOUT_TLS);
  }

  private boolean transmit(ChannelHandlerContext context, Transmission current) {
    Request request = held;
    if (request == null) {
      Decoded<Request> decoded = RequestCodec.decode(inbox.bytes(), limits, negotiation.headers());
      if (decoded instanceof Decoded.NeedMore<Request>(int total) && !share.reserve(total)) {
        awaitRoom(context);
        return false;
      }
      request = take(context, decoded).orElse(null);
      if (request == null) {
        return false;
      }
      skipping = request.excessBytes();
    }
    if (!share.admits(current.bytesOf(request))) {
      held = request;
      awaitRoom(context);
      return false;
    }
    held = null;
    boolean goesOn = request(context, current, request);
    share.endReservation();
    return goesOn;
  }

  private void awaitRoom(ChannelHandlerContext context) {
    if (!waiting) {
      waiting = true;
      door.budget().whenRoom(() -> resume(context));
    }
  }

  private void resume(ChannelHandlerContext context) {
    waiting = false;
    decodeAll(context);
    readMore(context);
  }

  private <T> Optional<T> take(ChannelHandlerContext context, Decoded<T> decoded) {
    return switch (decoded) {
      case Decoded.Complete<T> complete -> Optional.of(complete.message());
      case Decoded.NeedMore<T> more -> {
        inbox.expect(more.totalBytes());
        yield Optional.empty();
      }
      case Decoded.Malformed<T> malformed -> {
        LOG.warn("connection closed: {}", malformed.reason());
        over = true;
        context.close();
        yield Optional.empty();
      }
    };
  }

  private boolean request(ChannelHandlerContext context, Transmission current, Request request) {
    if (!current.handle(request)) {
      over = true;
      flush(context);
      return false;
    }
    return true;
  }

  private void haggle(ChannelHandlerContext context, Option option) {
    skipping = option.excessBytes();
    ByteBuf out = context.alloc().directBuffer(256);
    Negotiation.Next next =
        negotiation.handle(
            option, reply -> NegotiationCodec.encodeReply(option.number(), reply, out));
    option.data().release();
    switch (next) {
      case Negotiation.Next.Haggle h -> context.write(out, context.voidPromise());
      case Negotiation.Next.StartTls t -> {
        context.writeAndFlush(out, context.voidPromise());
        door.tls().ifPresent(tls -> startTls(context, tls));
      }
      case Negotiation.Next.Over o -> {
        over = true;
        context.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
      }
      case Negotiation.Next.Transmit transmit -> {
        if (transmit.bare()) {
          Integer flags = clientFlags;
          boolean noZeroes = flags != null && (flags & Wire.FLAG_NO_ZEROES) != 0;
          NegotiationCodec.encodeExportName(transmit.info(), noZeroes, out);
        }
        context.write(out, context.voidPromise());
        begin(context, transmit);
      }
    }
  }

  /** What came in the clear behind STARTTLS may be somebody else's: nobody has to send that. */
  private void startTls(ChannelHandlerContext context, TlsEntrance tls) {
    inbox.discardRead();
    if (inbox.isReadable()) {
      endInTheClear(context);
      return;
    }
    handshaking = true;
    context.pipeline().addFirst(tls.newHandler(context.alloc()));
  }

  private void endInTheClear(ChannelHandlerContext context) {
    LOG.warn("connection closed: there was something in the clear behind STARTTLS");
    over = true;
    context.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
      handshaking = false;
      negotiateWith(Peer.certified(PeerIdentity.of(context.pipeline())), Door.Security.TLS_IN_USE);
    } else if (event instanceof PresharedTlsHandler.Established(String host)) {
      handshaking = false;
      negotiateWith(Peer.of(host), Door.Security.TLS_IN_USE);
    }
    context.fireUserEventTriggered(event);
  }

  private void negotiateWith(Peer peer, Door.Security security) {
    negotiation = new Negotiation(door.exports(), limits, peer, security);
  }

  private void begin(ChannelHandlerContext context, Negotiation.Next.Transmit transmit) {
    cancelDeadline();
    Headers headers = negotiation.headers();
    transmission =
        new Transmission(
            door,
            transmit.export().device(),
            new Transmission.Features(headers, transmit.contexts()),
            share,
            new Replies(headers, context.alloc(), reply -> send(context, reply)));
    export = transmit.export();
    Runnable close = context::close;
    disconnect = close;
    door.exports().enter(transmit.export(), close);
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  /** The last reply of those that are sent together tells when the socket has taken them. */
  private void send(ChannelHandlerContext context, ByteBuf reply) {
    unsentBytes += reply.readableBytes();
    share.hold(reply.readableBytes());
    if (lastReply == null) {
      context.executor().execute(() -> flush(context));
    } else {
      context.write(lastReply, context.voidPromise());
    }
    lastReply = reply;
  }

  private void flush(ChannelHandlerContext context) {
    if (lastReply != null) {
      long sentBytes = unsentBytes;
      context.writeAndFlush(lastReply).addListener(sent -> sent(context, sentBytes));
      lastReply = null;
      unsentBytes = 0;
    } else {
      context.flush();
    }
    if (over && share.requests() == 0) {
      context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
    decodeAll(context);
    readMore(context);
  }

  /** There may be room now for what there was none for when the replies were written. */
  private void sent(ChannelHandlerContext context, long sentBytes) {
    share.release(sentBytes);
    decodeAll(context);
    readMore(context);
  }

  private void leave() {
    over = true;
    cancelDeadline();
    inbox.release();
    share.endReservation();
    if (held != null) {
      held.payload().release();
      held = null;
    }
    if (export != null && disconnect != null) {
      door.exports().leave(export, disconnect);
    }
  }
}
