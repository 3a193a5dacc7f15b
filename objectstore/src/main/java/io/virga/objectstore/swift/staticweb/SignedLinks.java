package io.virga.objectstore.swift.staticweb;

import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.UriText;
import java.util.List;

/**
 * What the links of a page have so that they open as the page itself was opened, by a signature of
 * the beginning of names.
 *
 * @param query with its question mark, as HTML; empty if links need nothing
 * @param prefix that all names have which the signature opens
 */
public record SignedLinks(String query, String prefix) {

  /** Of a page that needs no signature. */
  public static final SignedLinks NONE = new SignedLinks("", "");

  /** Of a page that a request has opened with a temporary URL. */
  public static SignedLinks of(Query query) {
    if (!query.has("temp_url_prefix")) {
      return NONE;
    }
    StringBuilder links = new StringBuilder("?");
    String prefix = query.text("temp_url_prefix");
    links.append("temp_url_prefix=").append(UriText.encode(prefix, true));
    for (String name : List.of("temp_url_expires", "temp_url_sig")) {
      links.append("&amp;").append(name).append('=');
      links.append(UriText.encode(query.text(name), true));
    }
    query
        .get("temp_url_ip_range")
        .filter(range -> !range.isEmpty())
        .ifPresent(
            range -> links.append("&amp;temp_url_ip_range=").append(UriText.encode(range, true)));
    if (query.has("inline")) {
      links.append("&amp;inline");
    }
    return new SignedLinks(links.toString(), prefix);
  }
}
