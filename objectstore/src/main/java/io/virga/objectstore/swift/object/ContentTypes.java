package io.virga.objectstore.swift.object;

import io.virga.objectstore.http.HeaderText;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.swift.wire.ListedType;
import io.virga.objectstore.swift.wire.Truth;
import java.net.URLConnection;
import java.util.Optional;

/** The content type of an object. */
public final class ContentTypes {

  private static final String UNKNOWN = "application/octet-stream";

  private ContentTypes() {}

  /** What a request says, or what the name looks like if it says nothing or asks for that. */
  public static String of(Request request, String name) {
    return Truth.of(request.header("x-detect-content-type"))
        ? guess(name)
        : given(request).orElseGet(() -> guess(name));
  }

  /** What a request says. */
  static Optional<String> given(Request request) {
    return request
        .header("content-type")
        .filter(type -> !type.isBlank())
        .map(HeaderText::decode)
        .map(ListedType::shown);
  }

  /** What the ending of a name tells. */
  public static String guess(String name) {
    String guessed = URLConnection.guessContentTypeFromName(name);
    return guessed == null ? UNKNOWN : guessed;
  }
}
