package io.virga.blockstore.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresharedKeysTest {

  private static final String KEY = "00112233445566778899aabbccddeeff";

  @Test
  void readsWhatPsktoolWrites() {
    PresharedKeys keys = PresharedKeys.parse("# two hosts\n\na:" + KEY + "\nb:" + KEY + "00\r\n");

    assertThat(find(keys, "a")).hasValueSatisfying(key -> assertThat(key).hasSize(16));
    assertThat(find(keys, "b")).hasValueSatisfying(key -> assertThat(key).hasSize(17));
    assertThat(find(keys, "c")).isEmpty();
    assertThat(find(keys, "")).isEmpty();
  }

  private static Optional<byte[]> find(PresharedKeys keys, String name) {
    return keys.find(name.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", ":" + KEY, "a:", "a:" + KEY + "0", "a:0011", "a:zz" + KEY, "a " + KEY})
  void saysWhichLineIsWrongAndNotWhatIsInIt(String line) {
    assertThatThrownBy(() -> PresharedKeys.parse("here:" + KEY + "\n" + line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 2")
        .hasMessageNotContaining(KEY);
  }

  @Test
  void refusesAFileWithoutKeysAndAClientThatIsThereTwice() {
    assertThatThrownBy(() -> PresharedKeys.parse("# nothing\n")).hasMessageContaining("at least");
    assertThatThrownBy(() -> PresharedKeys.parse("a:" + KEY + "\na:" + KEY))
        .hasMessageContaining("line 2");
  }
}
