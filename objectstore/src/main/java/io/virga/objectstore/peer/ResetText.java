package io.virga.objectstore.peer;

import io.netty.buffer.ByteBufUtil;

/** What fits into RESET. */
final class ResetText {

  private ResetText() {}

  /** As much of the text as fits. */
  static String of(String text) {
    String cut = text;
    while (ByteBufUtil.utf8Bytes(cut) > Limits.RESET_TEXT_BYTES) {
      cut = cut.substring(0, Math.min(cut.length() - 1, Limits.RESET_TEXT_BYTES));
    }
    return cut;
  }

  /** What an error says of itself. */
  static String of(Throwable error) {
    String message = error.getMessage();
    return of(message == null ? error.getClass().getSimpleName() : message);
  }
}
