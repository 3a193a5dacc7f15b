package io.virga.objectstore.swift.symlink;

import io.virga.objectstore.http.Request;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.swift.wire.NamedPath;
import io.virga.objectstore.swift.wire.SwiftError;
import java.util.Optional;

/** The headers of a request that puts a link. */
public final class SymlinkRequest {

  private static final String TARGET = "x-symlink-target";

  private SymlinkRequest() {}

  /** Whether a request speaks of a link. */
  public static boolean isOne(Request request) {
    return request.header(TARGET).isPresent();
  }

  /** The link that a request wants at a path, not yet knowing of its target. */
  public static Symlink parse(Request request, ObjectPath link) {
    if (request.isChunked() || request.contentLength().orElse(0) != 0) {
      throw SwiftError.badRequest("Symlink requests require a zero byte body");
    }
    String text = request.header(TARGET).orElse("");
    if (UriText.decode(text).filter(decoded -> decoded.startsWith("/")).isPresent()) {
      throw SwiftError.preconditionFailed(
          "X-Symlink-Target header must be of the form <container name>/<object name>");
    }
    String account = NamedPath.account(request, "x-symlink-target-account", link.account());
    ObjectPath target = NamedPath.object(account, text, "X-Symlink-Target");
    if (target.equals(link)) {
      throw SwiftError.badRequest("Symlink cannot target itself");
    }
    Optional<String> etag =
        request
            .header("x-symlink-target-etag")
            .map(e -> e.strip().replaceFirst("^\"(.*)\"$", "$1"))
            .filter(e -> !e.isEmpty());
    if (etag.filter(e -> e.matches(".*[;\"\\\\].*")).isPresent()) {
      throw SwiftError.badRequest("Bad X-Symlink-Target-Etag format");
    }
    return new Symlink(
        UriText.encode(target.container() + "/" + target.object(), true),
        account.equals(link.account()) ? Optional.empty() : Optional.of(account),
        etag,
        Optional.empty());
  }
}
