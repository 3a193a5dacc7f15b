package io.virga.netagent.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Files by path; a path that files lie under lists its children, one a line. */
final class MetadataTree {

  private final Map<String, Answer> files = new TreeMap<>();
  private final Map<String, String> listings = new LinkedHashMap<>();

  /** A body with its type. */
  record Answer(String contentType, byte[] body) {

    static Answer text(String text) {
      return new Answer("text/plain; charset=utf-8", text.getBytes(UTF_8));
    }

    static Answer json(byte[] json) {
      return new Answer("application/json", json);
    }
  }

  /** Puts a file; path without slashes at its ends. */
  void put(String path, Answer answer) {
    files.put(path, answer);
  }

  /** Lists other names than the children of the path have. */
  void list(String path, String names) {
    listings.put(path, names);
  }

  /** What a path says; empty if nothing is there. */
  Optional<Answer> get(String path) {
    Answer file = files.get(path);
    if (file != null) {
      return Optional.of(file);
    }
    String listing = listings.get(path);
    if (listing != null) {
      return Optional.of(Answer.text(listing));
    }
    String prefix = path.isEmpty() ? "" : path + "/";
    String children =
        files.keySet().stream()
            .filter(name -> name.startsWith(prefix))
            .map(name -> name.substring(prefix.length()))
            .map(name -> name.contains("/") ? name.substring(0, name.indexOf('/') + 1) : name)
            .distinct()
            .collect(Collectors.joining("\n"));
    return children.isEmpty() ? Optional.empty() : Optional.of(Answer.text(children));
  }
}
