package io.virga.control.network.router;

import io.virga.control.network.model.Router;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How a router is to be made another.
 *
 * @param gateway stays if empty
 */
public record RouterChange(UnaryOperator<Router> attributes, Optional<GatewayChange> gateway) {

  /** A change of attributes alone. */
  public static RouterChange of(UnaryOperator<Router> attributes) {
    return new RouterChange(attributes, Optional.empty());
  }

  /** What becomes of the gateway; none is left without a wish. */
  public record GatewayChange(Optional<GatewayWish> wish) {}
}
