package io.virga.dataplane.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineSplitterTest {

  private static final byte[] TEXT =
      "first\nsecond line\n\n{\"third\":3}\nunfinished".getBytes(StandardCharsets.UTF_8);

  private static List<String> split(LineSplitter splitter, byte[] bytes) throws IOException {
    return splitter.accept(Unpooled.wrappedBuffer(bytes)).stream()
        .map(line -> new String(line, StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void givesTheSameLinesHoweverTheBytesAreCut() throws Exception {
    for (int first = 0; first <= TEXT.length; first++) {
      for (int second = first; second <= TEXT.length; second++) {
        LineSplitter splitter = new LineSplitter(100);
        List<String> lines = new ArrayList<>();
        lines.addAll(split(splitter, Arrays.copyOfRange(TEXT, 0, first)));
        lines.addAll(split(splitter, Arrays.copyOfRange(TEXT, first, second)));
        lines.addAll(split(splitter, Arrays.copyOfRange(TEXT, second, TEXT.length)));
        assertThat(lines).containsExactly("first", "second line", "{\"third\":3}");
      }
    }
  }

  @Test
  void refusesALineThatIsTooLongBeforeItsEnd() throws Exception {
    LineSplitter splitter = new LineSplitter(10);
    assertThat(split(splitter, "0123456789\n012345".getBytes(StandardCharsets.UTF_8))).hasSize(1);
    assertThatThrownBy(() -> split(splitter, "67890".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("10 bytes");
  }
}
