package io.virga.objectstore.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.peer.Frame.BodyForm;

/** The first frames of requests and answers. */
final class Frames {

  private Frames() {}

  static Frame request(int stream, PeerRequest request) {
    BodyForm form = form(request.body());
    return new Frame.Request(
        stream,
        request.opcode(),
        request.deadlineMillis(),
        request.header(),
        form,
        whole(form, request.body()));
  }

  static Frame response(int stream, Answer answer) {
    BodyForm form = form(answer.body());
    return new Frame.Response(
        stream, answer.status(), answer.header(), form, whole(form, answer.body()));
  }

  static BodyForm form(Body body) {
    return switch (body) {
      case Body.None none -> BodyForm.NONE;
      case Body.Chunks chunks -> BodyForm.FOLLOWS;
      case Body.Whole(ByteBuf bytes) ->
          bytes.readableBytes() <= Limits.WHOLE_BODY_BYTES ? BodyForm.WHOLE : BodyForm.FOLLOWS;
    };
  }

  private static ByteBuf whole(BodyForm form, Body body) {
    return form == BodyForm.WHOLE && body instanceof Body.Whole(ByteBuf bytes)
        ? bytes
        : Unpooled.EMPTY_BUFFER;
  }
}
