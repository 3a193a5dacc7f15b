package io.virga.objectstore.s3.xml;

import java.util.List;
import java.util.Optional;

/** An element without its attributes and namespace. */
public record XmlElement(String name, String text, List<XmlElement> children) {

  public XmlElement {
    children = List.copyOf(children);
  }

  /** The children of a name. */
  public List<XmlElement> all(String childName) {
    return children.stream().filter(child -> child.name().equals(childName)).toList();
  }

  /** The text of the first child of a name. */
  public Optional<String> textOf(String childName) {
    return all(childName).stream().map(XmlElement::text).findFirst();
  }
}
