package io.virga.netagent.openflow.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.openflow.Frame;
import io.virga.netagent.openflow.Limits;
import io.virga.netagent.openflow.OpenFlowCodec;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Feeds frames of a channel to a session. */
final class OpenFlowHandler extends ByteToMessageDecoder {

  private final Consumer<Frame> received;
  private final Consumer<String> disconnected;
  private String reason = "connection closed";

  OpenFlowHandler(Consumer<Frame> received, Consumer<String> disconnected) {
    this.received = received;
    this.disconnected = disconnected;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    boolean more = true;
    while (more) {
      switch (OpenFlowCodec.decode(in, Limits.DEFAULT)) {
        case Decoded.Complete<Frame> complete -> received.accept(complete.value());
        case Decoded.NeedMore<Frame> _ -> more = false;
        case Decoded.Malformed<Frame> malformed -> {
          more = false;
          reason = malformed.reason();
          in.skipBytes(in.readableBytes());
          context.close();
        }
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) throws Exception {
    super.channelReadComplete(context);
    context.flush();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    super.channelInactive(context);
    disconnected.accept(reason);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    reason = cause instanceof IOException ? String.valueOf(cause.getMessage()) : cause.toString();
    context.close();
  }
}
