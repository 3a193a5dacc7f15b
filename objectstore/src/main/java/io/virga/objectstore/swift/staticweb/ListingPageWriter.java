package io.virga.objectstore.swift.staticweb;

import io.virga.objectstore.http.UriText;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.swift.wire.Html;
import io.virga.objectstore.swift.wire.ListedType;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A directory of a web site as a page. */
final class ListingPageWriter {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String DOCUMENT =
      "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\""
          + " \"http://www.w3.org/TR/html4/loose.dtd\">\n<html>\n";
  private static final String STYLE =
      """
        <style type="text/css">
         h1 {font-size: 1em; font-weight: bold;}
         th {text-align: left; padding: 0px 1em 0px 1em;}
         td {padding: 0px 1em 0px 1em;}
         a {text-decoration: none;}
        </style>
      """;
  private static final String UNITS = "KMGTPEZY";

  private final StringBuilder out = new StringBuilder(4096);
  private final WebSettings settings;
  private final SignedLinks links;
  private final String prefix;

  ListingPageWriter(WebSettings settings, SignedLinks links, String prefix) {
    this.settings = settings;
    this.links = links;
    this.prefix = prefix;
  }

  /** The page that says that there are no listings. */
  String disabled(String label) {
    head(label);
    out.append("<body>  <h1>Web Listing Disabled</h1>");
    out.append("   <p>The owner of this web site has disabled web listing.");
    out.append("   <p>If you are the owner of this web site, you can enable");
    out.append("   web listing by setting X-Container-Meta-Web-Listings.</p>");
    if (!settings.index().isEmpty()) {
      out.append("<h1>Index File Not Found</h1> <p>The owner of this web site has set ");
      out.append(" <b>X-Container-Meta-Web-Index: ");
      out.append(Html.escape(settings.index()));
      out.append("</b>.  However, this file is not found.</p>");
    }
    return out.append(" </body>\n</html>\n").toString();
  }

  /** The page of a directory. */
  String page(String label, ListingPage<ListingRow> listing) {
    head(label);
    out.append(" <body>\n  <h1 id=\"title\">Listing of ").append(Html.escape(label));
    out.append("</h1>\n  <table id=\"listing\">\n   <tr id=\"heading\">\n");
    out.append("    <th class=\"colname\">Name</th>\n");
    out.append("    <th class=\"colsize\">Size</th>\n");
    out.append("    <th class=\"coldate\">Date</th>\n   </tr>\n");
    if (prefix.length() > links.prefix().length()) {
      row(" id=\"parent\" class=\"item\"", "../", "../", "&nbsp;", "&nbsp;");
    }
    listing.items().forEach(this::directory);
    listing.items().forEach(this::object);
    return out.append("  </table>\n </body>\n</html>\n").toString();
  }

  private void head(String label) {
    out.append(DOCUMENT).append(" <head>\n  <title>Listing of ").append(Html.escape(label));
    out.append("</title>\n");
    if (settings.css().isEmpty()) {
      out.append(STYLE);
    } else {
      out.append("  <link rel=\"stylesheet\" type=\"text/css\" href=\"");
      out.append(Html.escape(cssPath())).append("\" />\n");
    }
    out.append(" </head>\n");
  }

  private String cssPath() {
    String css = settings.css();
    if (css.startsWith("/") || css.startsWith("http://") || css.startsWith("https://")) {
      return UriText.encode(css, true).replace("%3A", ":");
    }
    int depth = (int) prefix.chars().filter(c -> c == '/').count();
    return "../".repeat(depth) + UriText.encode(css, true);
  }

  private void directory(ListingPage.Item<ListingRow> item) {
    if (item instanceof ListingPage.Rolled<ListingRow>(String name)) {
      String shown = name.substring(prefix.length());
      row(" class=\"item subdir\"", relative(shown), Html.escape(shown), "&nbsp;", "&nbsp;");
    }
  }

  private void object(ListingPage.Item<ListingRow> item) {
    if (item instanceof ListingPage.Named<ListingRow>(String name, ListingRow row)) {
      String shown = name.substring(prefix.length());
      StringBuilder types = new StringBuilder("item");
      for (String part : ListedType.shown(row.contentType()).split("/", -1)) {
        types.append(" type-").append(Html.escape(part.toLowerCase(Locale.ROOT)));
      }
      row(
          " class=\"" + types + "\"",
          relative(shown),
          Html.escape(shown),
          size(row.sizeBytes()),
          TIME.format(row.timestamp().toInstant()));
    }
  }

  private void row(String attributes, String href, String name, String size, String date) {
    out.append("   <tr").append(attributes).append(">\n    <td class=\"colname\"><a href=\"");
    out.append(href)
        .append(links.query())
        .append("\">")
        .append(name)
        .append("</a></td>\n    <td class=\"colsize\">");
    out.append(size).append("</td>\n    <td class=\"coldate\">").append(date);
    out.append("</td>\n   </tr>\n");
  }

  /** An address that no name turns into something else: a scheme, or a way up. */
  private static String relative(String name) {
    return "./" + UriText.encode(name, true).replace(".", "%2E");
  }

  private static String size(long bytes) {
    long value = bytes;
    int unit = -1;
    while (value >= 1024 && unit + 1 < UNITS.length()) {
      value = Math.round(value / 1024.0);
      unit++;
    }
    return unit < 0 ? Long.toString(value) : value + UNITS.substring(unit, unit + 1) + "i";
  }
}
