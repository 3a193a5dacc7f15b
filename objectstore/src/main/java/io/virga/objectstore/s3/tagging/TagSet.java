package io.virga.objectstore.s3.tagging;

import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.xml.XmlElement;
import io.virga.objectstore.s3.xml.XmlWriter;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Tags, in the order of their keys. */
public record TagSet(SortedMap<String, String> tags) {

  static final int MAXIMUM_OF_OBJECT = 10;
  static final int MAXIMUM_OF_BUCKET = 50;

  private static final int MAXIMUM_NAME = 128;
  private static final int MAXIMUM_VALUE = 256;

  /** Of the form {@code a=b&c=d}, as headers and metadata have it. */
  public static TagSet ofQuery(String text) {
    Query query =
        Query.parse(text)
            .orElseThrow(() -> S3Error.invalidArgument("The tags are not well encoded: " + text));
    SortedMap<String, String> tags = new TreeMap<>();
    query.parameters().forEach(p -> add(tags, p.name(), p.value()));
    return checked(tags, MAXIMUM_OF_OBJECT);
  }

  /** What metadata keeps. */
  static TagSet stored(String text) {
    SortedMap<String, String> tags = new TreeMap<>();
    Query.parse(text)
        .ifPresent(query -> query.parameters().forEach(p -> tags.put(p.name(), p.value())));
    return new TagSet(tags);
  }

  /** Of a {@code Tagging} document. */
  public static TagSet ofXml(XmlElement root, int maximum) {
    List<XmlElement> sets = root.all("TagSet");
    if (sets.size() != 1) {
      throw S3Error.malformed("Tagging must have one TagSet");
    }
    SortedMap<String, String> tags = new TreeMap<>();
    for (XmlElement tag : sets.getFirst().all("Tag")) {
      String name = tag.textOf("Key").orElseThrow(() -> S3Error.malformed("a Tag has no Key"));
      String value = tag.textOf("Value").orElseThrow(() -> S3Error.malformed("a Tag has no Value"));
      add(tags, name, value);
    }
    return checked(tags, maximum);
  }

  private static void add(Map<String, String> tags, String name, String value) {
    if (tags.put(name, value) != null) {
      throw new S3Error(S3Error.Code.InvalidTag, "The tag '" + name + "' is there twice");
    }
  }

  private static TagSet checked(SortedMap<String, String> tags, int maximum) {
    if (tags.size() > maximum) {
      throw new S3Error(S3Error.Code.InvalidTag, "There are more than " + maximum + " tags");
    }
    tags.forEach(
        (name, value) -> {
          if (name.isEmpty() || name.length() > MAXIMUM_NAME) {
            throw new S3Error(
                S3Error.Code.InvalidTag, "A tag's key has 1 to 128 characters: '" + name + "'");
          }
          if (value.length() > MAXIMUM_VALUE) {
            throw new S3Error(
                S3Error.Code.InvalidTag, "A tag's value has up to 256 characters: '" + name + "'");
          }
        });
    return new TagSet(tags);
  }

  /** The form of metadata. */
  public String encode() {
    return tags.entrySet().stream()
        .map(t -> UriText.encode(t.getKey(), false) + "=" + UriText.encode(t.getValue(), false))
        .collect(Collectors.joining("&"));
  }

  public int size() {
    return tags.size();
  }

  XmlWriter write() {
    XmlWriter xml = XmlWriter.of("Tagging").open("TagSet");
    tags.forEach((name, value) -> xml.open("Tag").text("Key", name).text("Value", value).close());
    return xml;
  }
}
