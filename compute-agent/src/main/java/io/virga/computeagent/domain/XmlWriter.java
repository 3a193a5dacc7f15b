package io.virga.computeagent.domain;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes well-formed XML: every value is escaped, every element is closed by the {@link Body} that
 * opened it, and a character that XML 1.0 cannot carry becomes U+FFFD. Not for more than one
 * thread.
 */
final class XmlWriter {

  /** What stands inside an element. */
  @FunctionalInterface
  interface Body {
    void write(XmlWriter xml);
  }

  private static final int REPLACEMENT = 0xFFFD;

  private final StringBuilder out = new StringBuilder(2048);
  private final Deque<Boolean> hasContent = new ArrayDeque<>();

  /** An empty element; attributes are name, value, name, value. */
  XmlWriter element(String name, String... attributes) {
    return element(name, xml -> {}, attributes);
  }

  /** An element with text alone. */
  XmlWriter text(String name, String text, String... attributes) {
    return element(name, xml -> xml.characters(text), attributes);
  }

  /** An element with what the body writes. */
  XmlWriter element(String name, Body body, String... attributes) {
    if (attributes.length % 2 != 0) {
      throw new IllegalArgumentException("attribute without a value in <" + name + ">");
    }
    content();
    out.append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("='");
      escape(attributes[i + 1]);
      out.append('\'');
    }
    hasContent.push(false);
    body.write(this);
    if (hasContent.pop()) {
      out.append("</").append(name).append('>');
    } else {
      out.append("/>");
    }
    return this;
  }

  /** The document so far. */
  String document() {
    return out.toString();
  }

  private void characters(String text) {
    if (!text.isEmpty()) {
      content();
      escape(text);
    }
  }

  private void content() {
    if (!hasContent.isEmpty() && !hasContent.peek()) {
      hasContent.pop();
      hasContent.push(true);
      out.append('>');
    }
  }

  private void escape(String value) {
    value.codePoints().forEach(this::escape);
  }

  private void escape(int codePoint) {
    switch (codePoint) {
      case '&' -> out.append("&amp;");
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '\'' -> out.append("&apos;");
      case '"' -> out.append("&quot;");
      case '\t' -> out.append("&#9;");
      case '\n' -> out.append("&#10;");
      case '\r' -> out.append("&#13;");
      default -> out.appendCodePoint(isXmlCharacter(codePoint) ? codePoint : REPLACEMENT);
    }
  }

  /** XML 1.0, production 2 ("Char"). */
  private static boolean isXmlCharacter(int codePoint) {
    return (codePoint >= 0x20 && codePoint <= 0xD7FF)
        || (codePoint >= 0xE000 && codePoint <= 0xFFFD)
        || (codePoint >= 0x10000 && codePoint <= 0x10FFFF);
  }
}
