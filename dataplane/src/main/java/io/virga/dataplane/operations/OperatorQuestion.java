package io.virga.dataplane.operations;

import java.util.Map;

/** Something that an operator may ask of a process. May block for a moment. */
@FunctionalInterface
public interface OperatorQuestion {

  /**
   * The answer, which becomes JSON.
   *
   * @param parameters those of the query, each name once
   * @throws IllegalArgumentException if one of them is not accepted; says which, and what is
   */
  Object answer(Map<String, String> parameters);
}
