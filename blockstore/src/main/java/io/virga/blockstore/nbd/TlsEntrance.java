package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import java.util.Optional;

/**
 * How clients prove who they are once they have asked for TLS: by a certificate of our CA, or,
 * where there are such, by a key that was shared beforehand. Which of both a client's first words
 * tell.
 *
 * @param certificates asks clients for theirs
 */
public record TlsEntrance(SslContext certificates, Optional<PresharedKeys> keys) {

  /** By certificates alone. */
  public static TlsEntrance of(SslContext certificates) {
    return new TlsEntrance(certificates, Optional.empty());
  }

  ChannelHandler newHandler(ByteBufAllocator allocator) {
    return keys.<ChannelHandler>map(known -> new Choice(certificates, known))
        .orElseGet(() -> certificates.newHandler(allocator));
  }

  /** Makes way for the handler that suits the client. */
  private static final class Choice extends SslClientHelloHandler<Boolean> {
    private static final int LONGEST_HELLO = 16 << 10;

    private final SslContext certificates;
    private final PresharedKeys keys;

    Choice(SslContext certificates, PresharedKeys keys) {
      super(LONGEST_HELLO);
      this.certificates = certificates;
      this.keys = keys;
    }

    @Override
    protected Future<Boolean> lookup(ChannelHandlerContext context, ByteBuf clientHello) {
      boolean shared = clientHello != null && ClientHello.offersSharedKey(clientHello);
      return context.executor().newSucceededFuture(shared);
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext context, Future<Boolean> shared) {
      ChannelHandler handler =
          shared.getNow()
              ? new PresharedTlsHandler(keys)
              : certificates.newHandler(context.alloc());
      context.pipeline().replace(this, null, handler);
    }
  }
}
