package io.virga.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Optional;

/**
 * A connection that asks, waits for the answer, and asks again, until the workload or the load has
 * ended; then it closes. A server may close it between two requests; then it is opened again.
 */
final class LoadConnection extends ChannelInboundHandlerAdapter {

  private final LoadRun run;
  private final ResponseParser parser = new ResponseParser();
  private boolean asked;
  private long askedNanos;

  LoadConnection(LoadRun run) {
    this.run = run;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    ask(context);
  }

  private void ask(ChannelHandlerContext context) {
    Optional<Workload.Request> next = run.next();
    if (next.isEmpty()) {
      context.close();
      return;
    }
    RequestTemplate template = next.get().template();
    ByteBuf body = template.body();
    boolean small = body.readableBytes() <= LoadRun.COPIED_BODY_BYTES;
    ByteBuf head =
        context.alloc().directBuffer(template.headBytes() + (small ? body.readableBytes() : 0));
    template.writeHead(head, next.get().number());
    asked = true;
    askedNanos = System.nanoTime();
    if (small) {
      head.writeBytes(body, body.readerIndex(), body.readableBytes());
      context.writeAndFlush(head, context.voidPromise());
    } else {
      context.write(head, context.voidPromise());
      context.writeAndFlush(body.retainedDuplicate(), context.voidPromise());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      if (parser.read(bytes)) {
        answered(context);
      }
    } finally {
      bytes.release();
    }
  }

  private void answered(ChannelHandlerContext context) {
    asked = false;
    if (parser.status() / 100 == 2) {
      run.tally().completed(System.nanoTime() - askedNanos);
    } else {
      run.tally().failed("status " + parser.status());
    }
    if (parser.isClosing()) {
      context.close();
    } else {
      ask(context);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (asked) {
      run.tally().failed("the connection ended before the answer");
    }
    run.closed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (asked) {
      asked = false;
      run.tally().failed(String.valueOf(cause));
    }
    context.close();
  }
}
