package io.virga.objectstore.s3.form;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FormDecoderTest {

  private static final String FILE = "\r\n-\r\n--\r\n--BO\r\nthe file\r\n";
  private static final String FORM =
      "--BOUND\r\nContent-Disposition: form-data; name=\"Key\"\r\n\r\nä key\r\n"
          + "--BOUND\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n"
          + "--BOUND\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.txt\"\r\n"
          + "Content-Type: text/plain\r\n\r\n"
          + FILE
          + "\r\n--BOUND\r\nContent-Disposition: form-data; name=\"submit\"\r\n\r\nx\r\n--BOUND--\r\n";

  private record Decoded(Map<String, String> fields, String file, FormDecoder decoder) {}

  private static Decoded decode(byte[] form, int... cuts) {
    FormDecoder decoder = new FormDecoder("BOUND");
    Map<String, String> fields = new HashMap<>();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    int from = 0;
    for (int i = 0; i <= cuts.length; i++) {
      int to = i < cuts.length ? cuts[i] : form.length;
      for (FormDecoder.Event event : decoder.decode(Unpooled.copiedBuffer(form, from, to - from))) {
        switch (event) {
          case FormDecoder.Fields(Map<String, String> found) -> fields.putAll(found);
          case FormDecoder.Data(var bytes) -> file.writeBytes(ByteBufUtil.getBytes(bytes));
        }
      }
      from = to;
    }
    return new Decoded(fields, file.toString(StandardCharsets.UTF_8), decoder);
  }

  @Test
  void givesTheSameHoweverTheBytesCome() {
    byte[] form = FORM.getBytes(StandardCharsets.UTF_8);
    for (int first = 0; first <= form.length; first++) {
      for (int second = first; second <= form.length; second += 7) {
        Decoded decoded = decode(form, first, second);
        assertThat(decoded.fields())
            .isEqualTo(Map.of("key", "ä key", "empty", "", "file", "f.txt"));
        assertThat(decoded.file()).isEqualTo(FILE);
        assertThat(decoded.decoder().isComplete()).isTrue();
      }
    }
  }

  @Test
  void isNotCompleteBeforeTheEndOfTheFile() {
    String cut = FORM.substring(0, FORM.indexOf("the file") + 4);
    assertThat(decode(cut.getBytes(StandardCharsets.UTF_8)).decoder().isComplete()).isFalse();
  }

  @Test
  void refusesWhatIsNoFormAndFieldsWithoutEnd() {
    assertThat(
            decode("--OTHER\r\n\r\n--BOUND\r\n\r\n".getBytes(StandardCharsets.UTF_8))
                .decoder()
                .isFailed())
        .isTrue();
    byte[] noise = new byte[100_000];
    new Random(7).nextBytes(noise);
    assertThat(decode(noise, 50_000).decoder().isFailed()).isTrue();
  }
}
