package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/**
 * Our end of TLS with keys shared beforehand, which the JDK's TLS does not know. It tells the
 * handlers behind it of the {@link Established} client. Bytes in both directions are copied twice;
 * who wants speed over TLS uses certificates.
 *
 * <p>added → handshake → established → closed; a failure sends its alert and closes.
 */
final class PresharedTlsHandler extends ChannelDuplexHandler {

  private static final int PIECE_BYTES = 16 << 10;

  /**
   * The client has proved that it has the key.
   *
   * @param host the name that the key is filed under
   */
  record Established(String host) {}

  private final PresharedKeys keys;
  private final TlsServerProtocol protocol = new TlsServerProtocol();
  private boolean delivered;

  PresharedTlsHandler(PresharedKeys keys) {
    this.keys = keys;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) throws IOException {
    TlsCrypto crypto = new JcaTlsCryptoProvider().create(new SecureRandom());
    protocol.accept(
        new PresharedServer(
            crypto, keys, host -> context.fireUserEventTriggered(new Established(host))));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf sealed = (ByteBuf) message;
    try {
      byte[] piece = new byte[Math.min(PIECE_BYTES, sealed.readableBytes())];
      while (sealed.isReadable()) {
        int length = Math.min(piece.length, sealed.readableBytes());
        sealed.readBytes(piece, 0, length);
        open(piece, length);
        deliver(context);
      }
    } finally {
      sealed.release();
      sendSealed(context);
      context.flush();
    }
    if (protocol.isClosed()) {
      context.close();
    }
  }

  /** A client that proves nothing is as much worth a warning as one with a wrong certificate. */
  private void open(byte[] piece, int length) {
    try {
      protocol.offerInput(piece, 0, length);
    } catch (IOException e) {
      throw new DecoderException("TLS with a shared key failed: " + e.getMessage(), e);
    }
  }

  private void deliver(ChannelHandlerContext context) {
    int length = protocol.getAvailableInputBytes();
    if (length > 0) {
      byte[] bytes = new byte[length];
      protocol.readInput(bytes, 0, length);
      delivered = true;
      context.fireChannelRead(context.alloc().directBuffer(length).writeBytes(bytes));
    }
  }

  /** Whoever is behind has asked for bytes: a record that brought none is no answer. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (!delivered) {
      context.read();
    }
    delivered = false;
    context.fireChannelReadComplete();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws IOException {
    ByteBuf clear = (ByteBuf) message;
    try {
      byte[] piece = new byte[Math.min(PIECE_BYTES, clear.readableBytes())];
      while (clear.isReadable()) {
        int length = Math.min(piece.length, clear.readableBytes());
        clear.readBytes(piece, 0, length);
        protocol.writeApplicationData(piece, 0, length);
      }
    } finally {
      clear.release();
    }
    context.write(takeSealed(context), promise);
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) throws IOException {
    if (!protocol.isClosed()) {
      protocol.close();
    }
    sendSealed(context);
    context.flush();
    context.close(promise);
  }

  private void sendSealed(ChannelHandlerContext context) {
    if (protocol.getAvailableOutputBytes() > 0) {
      context.write(takeSealed(context), context.voidPromise());
    }
  }

  private ByteBuf takeSealed(ChannelHandlerContext context) {
    byte[] bytes = new byte[protocol.getAvailableOutputBytes()];
    protocol.readOutput(bytes, 0, bytes.length);
    return context.alloc().directBuffer(bytes.length).writeBytes(bytes);
  }
}
