package io.virga.control.image.metadef;

import java.time.Instant;
import java.util.Optional;

/** That the definitions of a namespace are for resources of a type. */
record Association(Target target, Instant createdAt, Instant updatedAt) {

  /**
   * What is said of one.
   *
   * @param type for example {@code OS::Nova::Flavor}
   * @param prefix what the names of properties begin with on such resources
   * @param propertiesTarget which of a resource's sets of properties is meant, for example {@code
   *     image}
   */
  record Target(String type, Optional<String> prefix, Optional<String> propertiesTarget) {}

  String type() {
    return target.type();
  }
}
