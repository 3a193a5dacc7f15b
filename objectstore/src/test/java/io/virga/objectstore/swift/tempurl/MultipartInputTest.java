package io.virga.objectstore.swift.tempurl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MultipartInputTest {

  private static final byte[] FORM =
      bytes(
          "--b\r\nA: 1\r\n\r\none\r\n--\r\n--c\r\n--b\r\nB: 2\r\n\r\n\r\n--b\r\n\r\n"
              + "x".repeat(200_000)
              + "\r\n--b--");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Gives a few bytes at a time. */
  private static InputStream slow(byte[] bytes, int most) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(length, most));
      }
    };
  }

  private static List<String> parts(InputStream in) throws IOException {
    MultipartInput form = new MultipartInput(in, "b");
    List<String> parts = new ArrayList<>();
    byte[] chunk = new byte[1000];
    while (form.next()) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      String headers = form.headers().toString();
      for (int n = form.read(chunk, 0, 1000); n >= 0; n = form.read(chunk, 0, 1000)) {
        body.write(chunk, 0, n);
      }
      parts.add(headers + body.toString(StandardCharsets.UTF_8));
    }
    return parts;
  }

  @Test
  void givesTheSameHoweverTheBytesCome() throws IOException {
    List<String> expected = List.of("{a=1}one\r\n--\r\n--c", "{b=2}", "{}" + "x".repeat(200_000));
    for (int most : new int[] {1, 2, 3, 7, 1000, 70_000}) {
      assertThat(parts(slow(FORM, most))).isEqualTo(expected);
    }
  }

  @Test
  void failsForEveryFormThatIsCut() {
    byte[] form = bytes("--b\r\nA: 1\r\n\r\none\r\n--b--");
    for (int length = 0; length < form.length - 1; length++) {
      byte[] cut = Arrays.copyOf(form, length);
      assertThatThrownBy(() -> parts(slow(cut, 5)))
          .as("%s bytes", length)
          .isInstanceOf(MultipartInput.Malformed.class);
    }
  }

  @Test
  void comesToAnEndForArbitraryBytes() {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      byte[] form = FORM.clone();
      for (int j = 0; j < 5; j++) {
        form[random.nextInt(80)] = (byte) random.nextInt();
      }
      try {
        assertThat(parts(slow(Arrays.copyOf(form, 300), 50))).hasSizeLessThan(300);
      } catch (IOException refused) {
        assertThat(refused).isInstanceOf(MultipartInput.Malformed.class);
      }
    }
  }
}
