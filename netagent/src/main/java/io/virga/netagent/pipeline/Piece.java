package io.virga.netagent.pipeline;

import io.virga.netagent.openflow.Message.MeterConfig;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What of a host's flows is about one thing, such as a port, with all that these flows depend on:
 * of equal pieces nothing is compiled again. A piece that is not equal to the one that was there
 * before is looked at part by part.
 */
interface Piece {

  /** Its parts, by what in the piece they are about. */
  Map<?, ? extends Part> parts();

  /** The meters to which its flows refer. */
  default List<MeterConfig> meters() {
    return List.of();
  }

  /** Flows that are compiled together; equal parts have equal flows. */
  @FunctionalInterface
  interface Part {

    void compile(FlowSet flows);
  }

  /** A piece of one part. */
  interface Whole extends Piece, Part {

    @Override
    default Map<?, ? extends Part> parts() {
      return Map.of("", this);
    }
  }

  /** What pieces are about; of two that make a flow with the same key the earlier one has it. */
  enum Kind {
    ENDPOINTS,
    METADATA_DOOR,
    ROUTER,
    AGENT,
    WIRES,
    PORT,
    TRUNK,
    NETWORK
  }

  /**
   * A piece by what it is about.
   *
   * @param subject its id; empty where the host has but one
   */
  record Name(Kind kind, String subject) implements Comparable<Name> {

    private static final Comparator<Name> ORDER =
        Comparator.comparing(Name::kind).thenComparing(Name::subject);

    @Override
    public int compareTo(Name other) {
      return ORDER.compare(this, other);
    }
  }
}
