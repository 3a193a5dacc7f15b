package io.virga.objectstore.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.virga.dataplane.Invariant;
import io.virga.dataplane.buffer.Inbox;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What both sides of a connection do: decode, say HELLO and hear it, answer PING, notice silence.
 * It always reads on, since two sides that both wait with reading for room to write would wait
 * forever; credit bounds what comes, and a peer that takes nothing is cut off.
 *
 * <p>connected → (TLS) → HELLO sent → (HELLO) welcome → over.
 */
abstract class FrameHandler extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(FrameHandler.class);

  /** How long the last words may take to be sent. */
  private static final int LINGER_MILLIS = 1000;

  private final PeerSecurity security;
  private final Limits limits;
  private final Inbox inbox = new Inbox();
  private final Set<StreamBody> waiting = new LinkedHashSet<>();
  private @Nullable ChannelHandlerContext context;
  private @Nullable FrameWriter writer;
  private @Nullable String certified;
  private boolean greeted;
  private boolean welcome;
  private boolean reading;
  private boolean over;
  private int silentTicks;

  FrameHandler(PeerSecurity security, Limits limits) {
    this.security = security;
    this.limits = limits;
  }

  /** The peer has said HELLO; its name is checked. */
  abstract void welcomed(String node);

  /** A frame of a stream; takes over its buffer. */
  abstract void take(Frame.OfStream frame);

  /** Once, after the connection was welcome or before. */
  abstract void lost(String reason);

  final FrameWriter writer() {
    return Objects.requireNonNull(writer);
  }

  final ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }

  final boolean isOver() {
    return over;
  }

  /** Called at a steady pace; how often in a row nothing had come since the last time. */
  final int countSilence() {
    return silentTicks++;
  }

  final boolean isWelcome() {
    return welcome;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    writer = new FrameWriter(added);
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    if (!security.hasHandshake()) {
      greet();
    }
    active.fireChannelActive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext at, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        greet();
      } else {
        end("TLS: " + handshake.cause().getMessage());
      }
    }
    at.fireUserEventTriggered(event);
  }

  private void greet() {
    switch (security.identify(context().pipeline())) {
      case PeerSecurity.Peer.Certified(String node) -> certified = node;
      case PeerSecurity.Peer.Unproven unproven -> certified = null;
      case PeerSecurity.Peer.Refused(String reason) -> {
        fail(ResetCode.UNWELCOME, reason);
        return;
      }
    }
    greeted = true;
    writer().write(new Frame.Hello(Wire.VERSION, security.self()));
  }

  @Override
  public void channelRead(ChannelHandlerContext at, Object message) {
    if (over) {
      ((ByteBuf) message).release();
      return;
    }
    silentTicks = 0;
    inbox.add((ByteBuf) message, at.alloc());
    reading = true;
    writer().reading();
    try {
      while (!over && inbox.isReadable() && decodeOne()) {
        inbox.discardRead();
      }
    } finally {
      reading = false;
      if (over) {
        inbox.release();
      }
    }
  }

  private boolean decodeOne() {
    return switch (FrameDecoder.decode(inbox.bytes(), limits)) {
      case Decoded.Complete(Frame frame) -> {
        dispatch(frame);
        yield true;
      }
      case Decoded.NeedMore(int totalBytes) -> {
        inbox.expect(totalBytes);
        yield false;
      }
      case Decoded.Malformed(String reason) -> {
        fail(ResetCode.PROTOCOL, reason);
        yield false;
      }
    };
  }

  private void dispatch(Frame frame) {
    switch (frame) {
      case Frame.Hello hello -> hello(hello);
      case Frame.Ping(long token) -> writer().write(new Frame.Pong(token));
      case Frame.Pong pong -> LOG.trace("{}", pong);
      case Frame.Reset(int stream, int code, String text) when stream == 0 ->
          end("the peer closed it: " + ResetCode.name(code) + ": " + text);
      case Frame.OfStream ofStream -> takeWelcome(ofStream);
    }
    if (!over && writer().isOverloaded()) {
      fail(ResetCode.REFUSED, "the peer does not read what is sent to it");
    }
  }

  private void takeWelcome(Frame.OfStream frame) {
    if (welcome) {
      take(frame);
    } else {
      frame.tail().release();
      fail(ResetCode.PROTOCOL, "a stream before HELLO");
    }
  }

  private void hello(Frame.Hello hello) {
    if (welcome || !greeted) {
      fail(ResetCode.PROTOCOL, "an untimely HELLO");
    } else if (hello.version() != Wire.VERSION) {
      fail(
          ResetCode.VERSION,
          "version " + hello.version() + " of the protocol: expected " + Wire.VERSION);
    } else if (!Optional.ofNullable(certified).orElse(hello.node()).equals(hello.node())) {
      fail(
          ResetCode.UNWELCOME,
          "HELLO of '" + hello.node() + "' with the certificate of '" + certified + "'");
    } else {
      welcome = true;
      welcomed(hello.node());
    }
  }

  /** Tells the peer what is wrong, and closes. */
  final void fail(int code, String reason) {
    if (!over) {
      LOG.warn("connection with {} closed: {}", context().channel().remoteAddress(), reason);
      writer().write(new Frame.Reset(0, code, ResetText.of(reason)));
      writer().flush();
      ChannelHandlerContext closing = context();
      finish(reason);
      closing.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      closing.executor().schedule(() -> closing.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Closes; the first reason counts. */
  final void end(String reason) {
    if (!over) {
      finish(reason);
      context().close();
    }
  }

  /** Closes it, connected or not. */
  final void close(String reason) {
    if (context != null) {
      end(reason);
    }
  }

  private void finish(String reason) {
    over = true;
    writer().close();
    waiting.clear();
    if (!reading) {
      inbox.release();
    }
    lost(reason);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext at) {
    writer().readComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext at) {
    List<StreamBody> resumed = List.copyOf(waiting);
    waiting.clear();
    resumed.forEach(StreamBody::resume);
  }

  /** Whether a body may be sent on; if not, it is resumed in its turn when it may. */
  final boolean hasRoom(StreamBody body) {
    if (writer().isWritable()) {
      return true;
    }
    waiting.add(body);
    return false;
  }

  @Override
  public void channelInactive(ChannelHandlerContext at) {
    end("the peer closed it");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext at, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOG.error("connection closed on an unexpected failure", cause);
    }
    Invariant.check(at.executor().inEventLoop(), "exceptions arrive on the loop");
    end(String.valueOf(cause.getMessage()));
  }
}
