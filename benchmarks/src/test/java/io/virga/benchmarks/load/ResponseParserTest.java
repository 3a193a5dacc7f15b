package io.virga.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseParserTest {

  private static final String CHUNKED =
      "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n5\r\nhello\r\n1a;x=1\r\n"
          + "abcdefghijklmnopqrstuvwxyz\r\n0\r\nTrailer: t\r\n\r\n";
  private static final String SIZED =
      "HTTP/1.1 201 Created\r\nDate: now\r\nContent-Length: 5\r\n\r\nhello";
  private static final String EMPTY = "HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n";
  private static final String NONE = "HTTP/1.1 404 Not Found\r\ncontent-length:0\r\n\r\n";

  @ParameterizedTest
  @CsvSource({"0,200,31", "1,201,5", "2,204,0", "3,404,0"})
  void findsTheEndHoweverTheBytesCome(int which, int status, long bodyBytes) {
    String response = new String[] {CHUNKED, SIZED, EMPTY, NONE}[which];
    for (int split = 1; split < response.length(); split++) {
      ResponseParser parser = new ResponseParser();
      assertThat(parser.read(buffer(response.substring(0, split)))).as("at " + split).isFalse();
      ByteBuf rest = buffer(response.substring(split));
      assertThat(parser.read(rest)).as("after " + split).isTrue();
      assertThat(rest.isReadable()).isFalse();
      assertThat(parser.status()).isEqualTo(status);
      assertThat(parser.bodyBytes()).isEqualTo(bodyBytes);
    }
  }

  @Test
  void readsOneResponseAfterTheOther() {
    ResponseParser parser = new ResponseParser();
    ByteBuf all = buffer(SIZED + CHUNKED + EMPTY);
    for (int status : new int[] {201, 200, 204}) {
      assertThat(parser.read(all)).isTrue();
      assertThat(parser.status()).isEqualTo(status);
    }
    assertThat(parser.read(all)).isFalse();
  }

  @Test
  void refusesWhatHasNoEnd() {
    assertThatThrownBy(() -> new ResponseParser().read(buffer("HTTP/1.1 200 OK\r\nA: b\r\n\r\n")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("without a length");
    assertThatThrownBy(() -> new ResponseParser().read(buffer("x".repeat(40_000))))
        .isInstanceOf(IllegalStateException.class);
  }

  private static ByteBuf buffer(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }
}
