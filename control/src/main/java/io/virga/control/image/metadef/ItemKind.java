package io.virga.control.image.metadef;

import java.util.Locale;

/** What a namespace holds under names of its own. */
enum ItemKind {
  OBJECT("objects"),
  PROPERTY("properties"),
  TAG("tags");

  private final String collection;

  ItemKind(String collection) {
    this.collection = collection;
  }

  /** The kind of one, in Glance's paths and schemas. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name of all of them. */
  String collection() {
    return collection;
  }

  /** As messages call one. */
  String title() {
    return "Metadata definition " + word();
  }
}
