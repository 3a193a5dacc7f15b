package io.virga.objectstore.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.virga.objectstore.peer.Frame.BodyForm;
import java.nio.charset.StandardCharsets;

/** Bytes from frames; pure functions. */
final class FrameEncoder {

  private FrameEncoder() {}

  /** All of the frame; its buffer stays the caller's. */
  static void encode(Frame frame, ByteBuf out) {
    encodeHead(frame, out);
    ByteBuf tail = frame.tail();
    out.writeBytes(tail, tail.readerIndex(), tail.readableBytes());
  }

  /** All but {@link Frame#tail}, which the caller sends next. */
  static void encodeHead(Frame frame, ByteBuf out) {
    switch (frame) {
      case Frame.Hello hello -> {
        int nameBytes = ByteBufUtil.utf8Bytes(hello.node());
        head(Wire.HELLO, 0, Wire.HELLO_FIXED_BYTES + nameBytes, out);
        out.writeInt(Wire.MAGIC).writeShort(hello.version());
        out.writeCharSequence(hello.node(), StandardCharsets.UTF_8);
      }
      case Frame.Request request -> {
        byte[] header = request.header();
        int length = Wire.REQUEST_FIXED_BYTES + header.length + request.whole().readableBytes();
        head(Wire.REQUEST, request.stream(), length, out);
        out.writeShort(request.opcode()).writeInt(request.deadlineMillis());
        header(request.form(), header, out);
      }
      case Frame.Response response -> {
        byte[] header = response.header();
        int length = Wire.RESPONSE_FIXED_BYTES + header.length + response.whole().readableBytes();
        head(Wire.RESPONSE, response.stream(), length, out);
        out.writeShort(response.status());
        header(response.form(), header, out);
      }
      case Frame.Data data -> head(Wire.DATA, data.stream(), data.payload().readableBytes(), out);
      case Frame.End end -> head(Wire.END, end.stream(), 0, out);
      case Frame.Reset reset -> {
        byte[] text = reset.text().getBytes(StandardCharsets.UTF_8);
        head(Wire.RESET, reset.stream(), Wire.RESET_FIXED_BYTES + text.length, out);
        out.writeShort(reset.code()).writeBytes(text);
      }
      case Frame.Credit credit -> {
        head(Wire.CREDIT, credit.stream(), 4, out);
        out.writeInt(credit.bytes());
      }
      case Frame.Ping ping -> {
        head(Wire.PING, 0, 8, out);
        out.writeLong(ping.token());
      }
      case Frame.Pong pong -> {
        head(Wire.PONG, 0, 8, out);
        out.writeLong(pong.token());
      }
    }
  }

  private static void head(int type, int stream, int length, ByteBuf out) {
    out.writeInt(length).writeByte(type).writeInt(stream);
  }

  private static void header(BodyForm form, byte[] header, ByteBuf out) {
    out.writeByte(form.ordinal()).writeInt(header.length).writeBytes(header);
  }
}
