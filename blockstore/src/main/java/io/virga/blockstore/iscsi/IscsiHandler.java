package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.virga.blockstore.export.Export;
import io.virga.dataplane.buffer.Inbox;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: collects bytes, hands PDUs to the login and then to the connection of a session,
 * and sends what comes back with one flush for all that is there. It stops reading while the peer
 * does not take its answers. A peer of whom nothing is heard for a while is asked whether it is
 * there, and closed if it does not answer.
 *
 * <p>login → (its last step; a former session of the name has ended) → full feature → closed.
 */
final class IscsiHandler extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(IscsiHandler.class);
  private static final int LOGIN_SECONDS = 15;
  private static final int IDLE_SECONDS = 30;
  private static final int SENDING_SECONDS = 5;

  private final Sessions sessions;
  private final Limits limits;
  private final LoginPhase login;
  private final Inbox inbox = new Inbox();
  private Framing framing;
  private @Nullable Connection connection;
  private @Nullable Export export;
  private @Nullable Runnable disconnect;
  private boolean decoding;
  private boolean waiting;
  private boolean flushScheduled;
  private boolean over;
  private boolean newcomer;
  private boolean heard;
  private boolean asked;
  private long untaken;

  IscsiHandler(Sessions sessions, Login login, Limits limits) {
    this.sessions = sessions;
    this.limits = limits;
    this.login = new LoginPhase(login, sessions, limits);
    this.framing = new Framing(false, false, limits.loginBytes());
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    newcomer = sessions.newcomerComes();
    if (!newcomer) {
      LOG.warn("{} refused: too many have not logged in", context.channel().remoteAddress());
      over = true;
      context.close();
      return;
    }
    context.executor().schedule(() -> giveUp(context), LOGIN_SECONDS, TimeUnit.SECONDS);
    context.read();
  }

  private void giveUp(ChannelHandlerContext context) {
    if (connection == null) {
      context.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    heard = true;
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
    resume(context);
  }

  private void resume(ChannelHandlerContext context) {
    Connection current = connection;
    if (current != null && context.channel().isWritable()) {
      current.pump();
    }
    decodeAll(context);
    readMore(context);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    over = true;
    inbox.release();
    isNewNoMore();
    if (export != null && disconnect != null) {
      sessions.targets().exports().leave(export, disconnect);
    }
    if (connection != null) {
      connection.lost();
    }
  }

  private void isNewNoMore() {
    if (newcomer) {
      newcomer = false;
      sessions.newcomerGoes();
    }
  }

  private void lookLater(ChannelHandlerContext context) {
    context.executor().schedule(() -> look(context), IDLE_SECONDS, TimeUnit.SECONDS);
  }

  /** Whether the peer has sent or taken anything since the last look, or answers a question. */
  private void look(ChannelHandlerContext context) {
    Connection current = connection;
    if (over || current == null) {
      return;
    }
    long before = untaken;
    untaken = context.channel().bytesBeforeWritable();
    if (heard || before != untaken) {
      heard = false;
      asked = false;
    } else if (asked || !current.ping()) {
      LOG.warn("{} closed: it does not answer", context.channel().remoteAddress());
      context.close();
      return;
    } else {
      asked = true;
    }
    lookLater(context);
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
    if (!over && !waiting && context.channel().isWritable()) {
      context.read();
    }
  }

  private void decodeAll(ChannelHandlerContext context) {
    if (decoding) {
      return;
    }
    decoding = true;
    while (!over && !waiting && inbox.isReadable() && context.channel().isWritable()) {
      if (!decodeOne(context)) {
        break;
      }
      inbox.discardRead();
    }
    decoding = false;
  }

  private boolean decodeOne(ChannelHandlerContext context) {
    return switch (PduCodec.decode(inbox.bytes(), framing)) {
      case Decoded.Complete complete -> {
        take(context, complete.pdu());
        yield true;
      }
      case Decoded.NeedMore more -> {
        inbox.expect(more.totalBytes());
        yield false;
      }
      case Decoded.Malformed malformed -> {
        LOG.warn("connection closed: {}", malformed.reason());
        over = true;
        context.close();
        yield false;
      }
    };
  }

  private void take(ChannelHandlerContext context, InitiatorPdu pdu) {
    Connection current = connection;
    if (current != null) {
      current.handle(pdu);
    } else if (pdu instanceof InitiatorPdu.Login step) {
      waiting = true;
      login.take(step, ended -> answered(context, ended));
    } else {
      pdu.data().release();
      LOG.warn("connection closed: no login");
      over = true;
      context.close();
    }
  }

  private void answered(ChannelHandlerContext context, LoginPhase.Ended ended) {
    waiting = false;
    if (over) {
      ended.session().ifPresent(session -> sessions.close(session, () -> {}));
      return;
    }
    ByteBuf out = context.alloc().directBuffer(Framing.HEADER_BYTES + 256);
    login.encode(ended, out);
    if (ended.failed()) {
      LOG.warn("login of {} failed: {}", context.channel().remoteAddress(), ended.status());
      sendAndClose(context, out);
      return;
    }
    context.write(out, context.voidPromise());
    ended.session().ifPresent(session -> begin(context, session));
    scheduleFlush(context);
  }

  /** Closes once all is sent, or the peer has not taken it in time. */
  private void sendAndClose(ChannelHandlerContext context, ByteBuf last) {
    over = true;
    context.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
    context.executor().schedule(() -> context.close(), SENDING_SECONDS, TimeUnit.SECONDS);
  }

  private void begin(ChannelHandlerContext context, Session session) {
    isNewNoMore();
    lookLater(context);
    Parameters agreed = login.parameters();
    framing = new Framing(agreed.headerDigest, agreed.dataDigest, limits.dataSegmentBytes());
    Connection.Agreed terms = new Connection.Agreed(agreed, framing, limits, login.nextStatSn());
    Connection begun =
        new Connection(login.connection(), session, sessions, terms, new Channelled(context));
    connection = begun;
    session.connections().add(begun);
    session
        .way()
        .ifPresent(
            way -> {
              Runnable close = () -> sessions.close(session, () -> {});
              export = way.export();
              disconnect = close;
              sessions.targets().exports().enter(way.export(), close);
            });
  }

  private void scheduleFlush(ChannelHandlerContext context) {
    if (!flushScheduled) {
      flushScheduled = true;
      context.executor().execute(() -> flush(context));
    }
  }

  private void flush(ChannelHandlerContext context) {
    flushScheduled = false;
    context.flush();
    resume(context);
  }

  /** The channel, as a connection sees it. */
  private final class Channelled implements Outlet {
    private final ChannelHandlerContext context;

    Channelled(ChannelHandlerContext context) {
      this.context = context;
    }

    @Override
    public ByteBufAllocator allocator() {
      return context.alloc();
    }

    @Override
    public void send(ByteBuf bytes) {
      context.write(bytes, context.voidPromise());
      scheduleFlush(context);
    }

    @Override
    public boolean isWritable() {
      return context.channel().isWritable();
    }

    @Override
    public void closeAfterSending() {
      if (!over) {
        sendAndClose(context, context.alloc().buffer(0));
      }
    }

    @Override
    public void close() {
      if (!over) {
        over = true;
        context.close();
      }
    }

    @Override
    public String localAddress() {
      return context.channel().localAddress() instanceof InetSocketAddress address
          ? (address.getAddress() instanceof java.net.Inet6Address
              ? "[" + address.getAddress().getHostAddress() + "]:" + address.getPort()
              : address.getAddress().getHostAddress() + ":" + address.getPort())
          : "";
    }
  }
}
