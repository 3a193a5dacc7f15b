package io.virga.computeagent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class XmlWriterTest {

  @Test
  void closesEmptyAndFilledElements() {
    XmlWriter xml = new XmlWriter();
    xml.element("a", body -> body.element("b", "k", "v").text("c", "t"), "x", "1");
    assertThat(xml.document()).isEqualTo("<a x='1'><b k='v'/><c>t</c></a>");
  }

  @Test
  void escapesMarkupInTextAndAttributes() {
    XmlWriter xml = new XmlWriter();
    xml.text("a", "</a><evil/>&amp;", "k", "' onload='x\"<>");
    assertThat(xml.document())
        .isEqualTo(
            "<a k='&apos; onload=&apos;x&quot;&lt;&gt;'>&lt;/a&gt;&lt;evil/&gt;&amp;amp;</a>");
  }

  @Test
  void replacesWhatXmlCannotCarry() {
    XmlWriter xml = new XmlWriter();
    xml.text("a", "x\u0000\u001b\uffff\ud800y");
    assertThat(xml.document()).isEqualTo("<a>x\ufffd\ufffd\ufffd\ufffdy</a>");
  }

  @Test
  void refusesAnAttributeWithoutAValue() {
    assertThatThrownBy(() -> new XmlWriter().element("a", "k"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      String value = randomText(random);
      XmlWriter xml = new XmlWriter();
      xml.text("a", value, "k", value);
      Element read = parse(xml.document());
      assertThat(read.getTextContent()).as("seed %d", seed).isEqualTo(value);
      assertThat(read.getAttribute("k")).as("seed %d", seed).isEqualTo(value);
    }
  }

  private static Element parse(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)))
        .getDocumentElement();
  }

  private static String randomText(Random random) {
    String alphabet = "<>&'\" \t\r\n]]>a0ÿ€😀";
    int[] points = alphabet.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(40); i > 0; i--) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }
}
