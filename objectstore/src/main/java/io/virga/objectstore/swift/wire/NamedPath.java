package io.virga.objectstore.swift.wire;

import io.virga.objectstore.http.HeaderText;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.manifest.ManifestCodec;
import io.virga.objectstore.record.ObjectPath;

/** Objects that headers name. */
public final class NamedPath {

  private NamedPath() {}

  /** The object that a header names by {@code [/]container/object}, percent-encoded. */
  public static ObjectPath object(String account, String text, String header) {
    return UriText.decode(HeaderText.decode(text))
        .flatMap(decoded -> ManifestCodec.parsePath(account, decoded))
        .filter(path -> path.object().indexOf('\0') < 0)
        .orElseThrow(
            () ->
                SwiftError.preconditionFailed(
                    header + " header must be of the form <container name>/<object name>"));
  }

  /** The account that a header names, or another where there is none. */
  public static String account(Request request, String header, String otherwise) {
    String account = request.header(header).map(NamedPath::decoded).orElse(otherwise);
    if (account.isEmpty() || account.indexOf('/') >= 0) {
      throw SwiftError.preconditionFailed("Account name cannot contain slashes");
    }
    return account;
  }

  private static String decoded(String text) {
    return UriText.decode(HeaderText.decode(text))
        .orElseThrow(() -> SwiftError.preconditionFailed("Invalid UTF8 or contains NULL"));
  }
}
