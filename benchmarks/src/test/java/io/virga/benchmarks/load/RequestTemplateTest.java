package io.virga.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestTemplateTest {

  @Test
  void writesTheNumberAsTenDigits() {
    RequestTemplate template =
        RequestTemplate.of("GET", "/c/o{number}?x=y", Map.of("Host", "here"));
    assertThat(head(template, 1234567))
        .isEqualTo("GET /c/o0001234567?x=y HTTP/1.1\r\nHost: here\r\n\r\n");
  }

  @Test
  void writesTheNumberAsPath() {
    RequestTemplate template = RequestTemplate.of("GET", "/c/{path}", Map.of());
    assertThat(head(template, 1234567)).isEqualTo("GET /c/0001/234/567 HTTP/1.1\r\n\r\n");
  }

  @Test
  void saysHowLongTheBodyIs() {
    ByteBuf body = Unpooled.copiedBuffer("abc", StandardCharsets.US_ASCII);
    RequestTemplate template = RequestTemplate.of("PUT", "/c", Map.of(), body);
    assertThat(head(template, 1)).isEqualTo("PUT /c HTTP/1.1\r\nContent-Length: 3\r\n\r\n");
    assertThat(template.body().readableBytes()).isEqualTo(3);
  }

  private static String head(RequestTemplate template, long number) {
    ByteBuf out = Unpooled.buffer(template.headBytes());
    template.writeHead(out, number);
    assertThat(out.readableBytes()).isEqualTo(template.headBytes());
    return out.toString(StandardCharsets.ISO_8859_1);
  }
}
