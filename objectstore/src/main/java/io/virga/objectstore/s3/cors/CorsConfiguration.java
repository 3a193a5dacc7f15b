package io.virga.objectstore.s3.cors;

import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.xml.XmlElement;
import io.virga.objectstore.s3.xml.XmlReader;
import io.virga.objectstore.s3.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The CORS configuration of a bucket. */
record CorsConfiguration(List<CorsRule> rules) {

  private static final int MAXIMUM_RULES = 100;
  private static final Set<String> METHODS = Set.of("GET", "PUT", "HEAD", "POST", "DELETE");

  static CorsConfiguration ofXml(XmlElement root) {
    List<CorsRule> rules = new ArrayList<>();
    for (XmlElement rule : root.all("CORSRule")) {
      rules.add(rule(rule));
    }
    if (rules.isEmpty() || rules.size() > MAXIMUM_RULES) {
      throw S3Error.malformed("A CORSConfiguration has 1 to 100 rules");
    }
    return new CorsConfiguration(rules);
  }

  private static CorsRule rule(XmlElement element) {
    List<String> origins = texts(element, "AllowedOrigin");
    List<String> methods = texts(element, "AllowedMethod");
    List<String> headers = texts(element, "AllowedHeader");
    if (origins.isEmpty() || methods.isEmpty()) {
      throw S3Error.malformed("A CORSRule needs AllowedOrigin and AllowedMethod");
    }
    for (String method : methods) {
      if (!METHODS.contains(method)) {
        throw S3Error.invalidRequest(
            "Found unsupported HTTP method in CORS config. Unsupported method is " + method);
      }
    }
    for (List<String> patterns : List.of(origins, headers)) {
      for (String pattern : patterns) {
        if (pattern.indexOf('*') != pattern.lastIndexOf('*')) {
          throw S3Error.invalidRequest("'" + pattern + "' can not have more than one wildcard.");
        }
      }
    }
    return new CorsRule(
        origins,
        methods,
        headers,
        texts(element, "ExposeHeader"),
        element.textOf("MaxAgeSeconds").map(text -> S3Text.number("MaxAgeSeconds", text.strip())));
  }

  private static List<String> texts(XmlElement element, String name) {
    return element.all(name).stream().map(child -> child.text().strip()).toList();
  }

  XmlWriter write() {
    XmlWriter xml = XmlWriter.of("CORSConfiguration");
    for (CorsRule rule : rules) {
      xml.open("CORSRule");
      rule.origins().forEach(origin -> xml.text("AllowedOrigin", origin));
      rule.methods().forEach(method -> xml.text("AllowedMethod", method));
      rule.headers().forEach(header -> xml.text("AllowedHeader", header));
      rule.exposed().forEach(header -> xml.text("ExposeHeader", header));
      rule.maxAgeSeconds().ifPresent(seconds -> xml.number("MaxAgeSeconds", seconds));
      xml.close();
    }
    return xml;
  }

  /** The form of metadata, which is the document. */
  String encode() {
    return new String(write().toBytes(), StandardCharsets.UTF_8);
  }

  static Optional<CorsConfiguration> decode(String text) {
    return XmlReader.read(text.getBytes(StandardCharsets.UTF_8)).map(CorsConfiguration::ofXml);
  }

  Optional<CorsRule> ruleFor(String origin, String method, List<String> headers) {
    return rules.stream()
        .filter(rule -> rule.allows(origin, method) && rule.allowsHeaders(headers))
        .findFirst();
  }
}
