package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.virga.dataplane.buffer.Inbox;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: collects bytes, hands messages to the session of the phase, and sends what comes
 * back with one flush for all that is there. It stops reading while the session has no room or the
 * peer does not take its replies.
 *
 * <p>greeted → (client flags) → haggling → (GO) → transmitting → closed.
 */
final class NbdHandler extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(NbdHandler.class);

  private final ExportTable exports;
  private final Limits limits;
  private final Negotiation negotiation;
  private final Inbox inbox = new Inbox();
  private @Nullable Integer clientFlags;
  private @Nullable Export export;
  private @Nullable Transmission transmission;
  private @Nullable Runnable disconnect;
  private boolean decoding;
  private boolean flushScheduled;
  private boolean over;

  NbdHandler(ExportTable exports, Limits limits) {
    this.exports = exports;
    this.limits = limits;
    this.negotiation = new Negotiation(exports, limits);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    ByteBuf greeting = context.alloc().directBuffer(18);
    NegotiationCodec.encodeGreeting(greeting);
    context.writeAndFlush(greeting, context.voidPromise());
    context.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    inbox.add((ByteBuf) message, context.alloc());
    decodeAll(context);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.flush();
    readMore(context);
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
    } else {
      LOG.error("connection closed on an unexpected failure", cause);
    }
    context.close();
  }

  private void readMore(ChannelHandlerContext context) {
    if (!over && hasRoom(context)) {
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
    while (!over && inbox.isReadable() && hasRoom(context) && decodeOne(context)) {
      inbox.discardRead();
    }
    decoding = false;
  }

  private boolean decodeOne(ChannelHandlerContext context) {
    Transmission current = transmission;
    if (current != null) {
      return take(context, RequestCodec.decode(inbox.bytes(), limits))
          .map(request -> request(context, current, request))
          .orElse(false);
    }
    if (clientFlags == null) {
      Optional<Integer> flags = take(context, NegotiationCodec.decodeClientFlags(inbox.bytes()));
      flags.ifPresent(value -> clientFlags = value);
      return flags.isPresent();
    }
    Optional<Option> option = take(context, NegotiationCodec.decodeOption(inbox.bytes(), limits));
    option.ifPresent(value -> haggle(context, value));
    return option.isPresent();
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
      context.writeAndFlush(context.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
      return false;
    }
    return true;
  }

  private void haggle(ChannelHandlerContext context, Option option) {
    ByteBuf out = context.alloc().directBuffer(256);
    Negotiation.Next next =
        negotiation.handle(
            option, reply -> NegotiationCodec.encodeReply(option.number(), reply, out));
    option.data().release();
    switch (next) {
      case Negotiation.Next.Haggle h -> context.write(out, context.voidPromise());
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

  private void begin(ChannelHandlerContext context, Negotiation.Next.Transmit transmit) {
    transmission =
        new Transmission(
            transmit.export().device(),
            new Transmission.Features(negotiation.structured(), transmit.allocation()),
            limits,
            context.alloc(),
            reply -> send(context, reply));
    export = transmit.export();
    Runnable close = context::close;
    disconnect = close;
    exports.enter(transmit.export(), close);
  }

  private void send(ChannelHandlerContext context, ByteBuf reply) {
    context.write(reply, context.voidPromise());
    if (!flushScheduled) {
      flushScheduled = true;
      context.executor().execute(() -> flush(context));
    }
  }

  private void flush(ChannelHandlerContext context) {
    flushScheduled = false;
    context.flush();
    if (inbox.isReadable()) {
      decodeAll(context);
    }
    readMore(context);
  }

  private void leave() {
    over = true;
    inbox.release();
    if (export != null && disconnect != null) {
      exports.leave(export, disconnect);
    }
  }
}
