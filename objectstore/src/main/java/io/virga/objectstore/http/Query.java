package io.virga.objectstore.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parameters of a URI's query, in their order. */
public record Query(List<Parameter> parameters) {

  private static final int MAXIMUM_PARAMETERS = 256;
  private static final Optional<Query> EMPTY = Optional.of(new Query(List.of()));

  public Query {
    parameters = List.copyOf(parameters);
  }

  /**
   * A parameter.
   *
   * @param value empty where there is none
   */
  public record Parameter(String name, String value) {}

  /** Parses; empty if an escape is broken or there are too many. */
  public static Optional<Query> parse(String raw) {
    if (raw.isEmpty()) {
      return EMPTY;
    }
    List<Parameter> parameters = new ArrayList<>();
    for (String pair : raw.split("&", MAXIMUM_PARAMETERS + 1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      Optional<String> decodedName = UriText.decode(name.replace("+", "%20"));
      Optional<String> decodedValue = UriText.decode(value.replace("+", "%20"));
      if (decodedName.isEmpty()
          || decodedValue.isEmpty()
          || parameters.size() == MAXIMUM_PARAMETERS) {
        return Optional.empty();
      }
      parameters.add(new Parameter(decodedName.get(), decodedValue.get()));
    }
    return Optional.of(new Query(parameters));
  }

  /** The first value of a name. */
  public Optional<String> get(String name) {
    for (Parameter parameter : parameters) {
      if (parameter.name().equals(name)) {
        return Optional.of(parameter.value());
      }
    }
    return Optional.empty();
  }

  /** The first value of a name, an empty text if there is none. */
  public String text(String name) {
    return get(name).orElse("");
  }

  public boolean has(String name) {
    return get(name).isPresent();
  }
}
