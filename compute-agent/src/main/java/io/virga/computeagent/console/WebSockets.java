package io.virga.computeagent.console;

import reactor.netty.http.server.WebsocketServerSpec;

/** How consoles speak WebSocket (RFC 6455). */
final class WebSockets {

  /** What control sends at most in one frame. */
  private static final int MAX_FRAME_BYTES = 64 << 10;

  static final WebsocketServerSpec SPEC =
      WebsocketServerSpec.builder().maxFramePayloadLength(MAX_FRAME_BYTES).build();

  private WebSockets() {}
}
