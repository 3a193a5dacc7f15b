package io.virga.objectstore.swift.staticweb;

import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.swift.wire.Truth;
import java.util.Optional;

/**
 * How a container is a web site, by its metadata {@code X-Container-Meta-Web-*}.
 *
 * @param index the name of the pages that stand for directories; empty for none
 * @param error what names of pages for errors end with; they begin with the status
 * @param listings whether directories without an index are listed
 */
record WebSettings(
    String index, String error, boolean listings, String label, String css, String directoryType) {

  private static final String PREFIX = "x-container-meta-web-";

  static WebSettings of(Optional<ContainerRow> row) {
    String type = text(row, "directory-type");
    return new WebSettings(
        text(row, "index"),
        text(row, "error"),
        Truth.of(text(row, "listings")),
        text(row, "listings-label"),
        text(row, "listings-css"),
        type.isEmpty() ? "application/directory" : type);
  }

  private static String text(Optional<ContainerRow> row, String name) {
    return row.map(r -> r.metadata().get(PREFIX + name)).map(String::strip).orElse("");
  }

  boolean isSite() {
    return listings || !index.isEmpty();
  }
}
