package io.virga.blockstore.export;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;

/**
 * Where connections run: sockets, with TLS, on any of several loops; what they ask for on the one
 * that owns the exported devices. What a socket of another loop has received goes over as one task
 * for each receive, and replies go back likewise; a socket of the engine's own loop crosses
 * nothing.
 *
 * @param engine owns the devices, and everything that is shared by connections
 * @param sockets take turns in taking connections
 */
public record Loops(EventLoop engine, EventLoopGroup sockets) {

  /** All on one loop. */
  public static Loops one(EventLoop loop) {
    return new Loops(loop, loop);
  }

  /** Puts a connection's handler, which runs on the engine's loop, behind its socket. */
  void join(ChannelPipeline pipeline, ChannelHandler handler) {
    if (pipeline.channel().eventLoop() == engine) {
      pipeline.addLast(handler);
    } else {
      pipeline.addLast(engine, handler);
    }
  }
}
