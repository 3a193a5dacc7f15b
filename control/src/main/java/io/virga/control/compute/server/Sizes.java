package io.virga.control.compute.server;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.model.Server.Size;
import java.util.Optional;

/** What sizes of servers claim. */
final class Sizes {

  private Sizes() {}

  /** What a server has claimed: while it is being resized, what either size needs. */
  static Size claimed(Server.Build build) {
    return build.resizedFrom().map(from -> both(from, build.size())).orElse(build.size());
  }

  /** A size that has room for either. */
  static Size both(Size one, Size other) {
    return new Size(
        one.flavorId(),
        one.flavorName(),
        Math.max(one.vcpus(), other.vcpus()),
        Math.max(one.ramMib(), other.ramMib()),
        Math.max(one.diskGib(), other.diskGib()),
        Math.max(one.ephemeralGib(), other.ephemeralGib()),
        Math.max(one.swapMib(), other.swapMib()),
        one.extraSpecs());
  }

  /** What the greater one has more; empty if that is nothing. */
  static Optional<Size> more(Size greater, Size less) {
    Size difference =
        new Size(
            greater.flavorId(),
            greater.flavorName(),
            greater.vcpus() - less.vcpus(),
            greater.ramMib() - less.ramMib(),
            greater.diskGib() - less.diskGib(),
            greater.ephemeralGib() - less.ephemeralGib(),
            greater.swapMib() - less.swapMib(),
            greater.extraSpecs());
    return Optional.of(difference)
        .filter(size -> size.vcpus() > 0 || size.ramMib() > 0 || size.furtherMib() > 0);
  }
}
