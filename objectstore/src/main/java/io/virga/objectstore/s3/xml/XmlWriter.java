package io.virga.objectstore.s3.xml;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** Writes a document. */
public final class XmlWriter {

  private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

  private final StringBuilder out = new StringBuilder(512);
  private final Deque<String> open = new ArrayDeque<>();

  private XmlWriter() {
    out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  }

  /** A document in the namespace of S3. */
  public static XmlWriter of(String root) {
    XmlWriter writer = new XmlWriter();
    writer.out.append('<').append(root).append(" xmlns=\"").append(NAMESPACE).append("\">");
    writer.open.push(root);
    return writer;
  }

  /** A document without a namespace, as errors are. */
  public static XmlWriter plain(String root) {
    return new XmlWriter().open(root);
  }

  public XmlWriter open(String name) {
    out.append('<').append(name).append('>');
    open.push(name);
    return this;
  }

  public XmlWriter close() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  /** Text in the element that is open. */
  public XmlWriter content(String text) {
    escape(text);
    return this;
  }

  /** An element with text. */
  public XmlWriter text(String name, String text) {
    out.append('<').append(name).append('>');
    escape(text);
    out.append("</").append(name).append('>');
    return this;
  }

  /** Opens a grantee or the like, whose type is an attribute. */
  public XmlWriter typed(String name, String type) {
    out.append('<').append(name).append(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"");
    out.append(" xsi:type=\"").append(type).append("\">");
    open.push(name);
    return this;
  }

  public XmlWriter number(String name, long number) {
    return text(name, Long.toString(number));
  }

  public XmlWriter flag(String name, boolean flag) {
    return text(name, Boolean.toString(flag));
  }

  /** The document, with everything closed. */
  public byte[] toBytes() {
    while (!open.isEmpty()) {
      close();
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Control characters, which XML 1.0 cannot hold, become question marks. */
  private void escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\r' -> out.append("&#13;");
        case '\n', '\t' -> out.append(c);
        default -> out.append(c < 0x20 || c == 0xFFFE || c == 0xFFFF ? '?' : c);
      }
    }
  }
}
