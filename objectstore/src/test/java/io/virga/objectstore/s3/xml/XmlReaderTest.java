package io.virga.objectstore.s3.xml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class XmlReaderTest {

  private static Optional<XmlElement> read(String text) {
    return XmlReader.read(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readsElementsAndText() {
    XmlElement root =
        read("<Delete xmlns='x'><Object><Key>a&amp;b</Key></Object></Delete>").orElseThrow();
    assertThat(root.name()).isEqualTo("Delete");
    assertThat(root.all("Object").getFirst().textOf("Key")).contains("a&b");
  }

  @Test
  void refusesDocumentTypesAndEntities() {
    assertThat(read("<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><d>&e;</d>")).isEmpty();
    assertThat(read("<d>&unknown;</d>")).isEmpty();
  }

  @Test
  void refusesWhatIsTooDeepOrBroken() {
    assertThat(read("<a>".repeat(20) + "</a>".repeat(20))).isEmpty();
    assertThat(read("<a><b></a>")).isEmpty();
    assertThat(read("")).isEmpty();
  }
}
