package io.virga.control.network.router;

import io.virga.control.network.model.Subnet;
import java.util.List;
import reactor.core.publisher.Mono;

/** The subnets that a router is on: an address must be on one of them alone. */
final class ConnectedSubnets {

  private ConnectedSubnets() {}

  /** Fails with bad request if one that is asked for overlaps with one that is there. */
  static Mono<Void> refuseOverlap(List<Subnet> asked, List<Subnet> there) {
    for (Subnet one : asked) {
      for (Subnet other : there) {
        if (one.prefix().overlaps(other.prefix())) {
          return Mono.error(RouterFaults.overlap(one, other));
        }
      }
    }
    return Mono.empty();
  }
}
