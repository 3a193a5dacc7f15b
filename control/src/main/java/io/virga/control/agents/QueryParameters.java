package io.virga.control.agents;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The query of a request; of a name that is given twice, the first. */
record QueryParameters(Map<String, List<String>> values) {

  static QueryParameters of(String uri) {
    return new QueryParameters(new QueryStringDecoder(uri).parameters());
  }

  Optional<String> text(String name) {
    return values.getOrDefault(name, List.of()).stream().findFirst();
  }

  /** Empty if it is absent or no whole number of at most 18 digits. */
  Optional<Long> number(String name) {
    return text(name).filter(text -> text.matches("[0-9]{1,18}")).map(Long::parseLong);
  }
}
