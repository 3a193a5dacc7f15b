package io.virga.objectstore.s3.signature;

import io.virga.objectstore.http.HeaderText;
import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.http.UriText;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The text of a request that is signed (AWS, "Create a canonical request"). */
final class CanonicalRequest {

  private static final Pattern SPACES = Pattern.compile(" {2,}");
  private static final String SIGNATURE_PARAMETER = "X-Amz-Signature";

  private CanonicalRequest() {}

  private record Pair(String name, String value) {}

  static String of(Request request, List<String> signedHeaders, String payload) {
    StringBuilder out = new StringBuilder(512);
    out.append(request.method()).append('\n');
    out.append(path(request.rawPath())).append('\n');
    out.append(query(request.query())).append('\n');
    for (String name : signedHeaders) {
      out.append(name).append(':').append(values(request, name)).append('\n');
    }
    out.append('\n').append(String.join(";", signedHeaders)).append('\n').append(payload);
    return out.toString();
  }

  private static String path(String rawPath) {
    return UriText.decode(rawPath).map(path -> UriText.encode(path, true)).orElse(rawPath);
  }

  private static String query(Query query) {
    if (query.parameters().isEmpty()) {
      return "";
    }
    return query.parameters().stream()
        .filter(p -> !p.name().equals(SIGNATURE_PARAMETER))
        .map(p -> new Pair(UriText.encode(p.name(), false), UriText.encode(p.value(), false)))
        .sorted(Comparator.comparing(Pair::name).thenComparing(Pair::value))
        .map(p -> p.name() + "=" + p.value())
        .collect(Collectors.joining("&"));
  }

  private static String values(Request request, String name) {
    return request.headers().getAll(name).stream()
        .map(CanonicalRequest::value)
        .collect(Collectors.joining(","));
  }

  private static String value(String wire) {
    String value = HeaderText.decode(wire).strip();
    return value.contains("  ") ? SPACES.matcher(value).replaceAll(" ") : value;
  }
}
