package io.virga.objectstore.s3.xml;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads documents with the platform's parser: no DTD, no external entities, few levels. */
public final class XmlReader {

  private static final int MAXIMUM_DEPTH = 8;
  private static final int MAXIMUM_ELEMENTS = 50_000;
  private static final XMLInputFactory FACTORY = factory();

  private final XMLStreamReader in;
  private int elements;

  private XmlReader(XMLStreamReader in) {
    this.in = in;
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return factory;
  }

  /** The root element; empty if the bytes are no document that is accepted. */
  public static Optional<XmlElement> read(byte[] document) {
    try {
      XMLStreamReader stream = FACTORY.createXMLStreamReader(new ByteArrayInputStream(document));
      XmlReader reader = new XmlReader(stream);
      while (stream.hasNext()) {
        int event = stream.next();
        if (event == XMLStreamConstants.DTD) {
          return Optional.empty();
        }
        if (event == XMLStreamConstants.START_ELEMENT) {
          return reader.element(1);
        }
      }
      return Optional.empty();
    } catch (XMLStreamException e) {
      return Optional.empty();
    }
  }

  private Optional<XmlElement> element(int depth) throws XMLStreamException {
    elements++;
    if (depth > MAXIMUM_DEPTH || elements > MAXIMUM_ELEMENTS) {
      return Optional.empty();
    }
    String name = in.getLocalName();
    StringBuilder text = new StringBuilder();
    List<XmlElement> children = new ArrayList<>();
    while (in.hasNext()) {
      switch (in.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          Optional<XmlElement> child = element(depth + 1);
          if (child.isEmpty()) {
            return Optional.empty();
          }
          children.add(child.get());
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(in.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          return Optional.of(new XmlElement(name, text.toString(), children));
        }
        case XMLStreamConstants.ENTITY_REFERENCE -> {
          return Optional.empty();
        }
        default -> {}
      }
    }
    return Optional.empty();
  }
}
