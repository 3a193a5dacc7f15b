package io.virga.control.operator.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramsTest {

  /** On a terminal, virsh warns of a missing polkit: that is not the name of a guest. */
  @Test
  void takesNoWarningForTheAnswer() {
    assertThat(Programs.run(List.of("sh", "-c", "echo no polkit >&2; echo guest")))
        .isEqualTo("guest");
  }

  @Test
  void tellsAllThatAProgramSaidWhenItFailed() {
    assertThatThrownBy(() -> Programs.run(List.of("sh", "-c", "echo why >&2; echo what; exit 3")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("why what");
  }
}
