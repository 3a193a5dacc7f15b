/**
 * Metadata definitions, {@code /v2/metadefs}: which properties and tags images, volumes, flavors
 * and servers may have, and what they mean. A catalogue for people and dashboards: nothing is
 * enforced.
 */
@NullMarked
package io.virga.control.image.metadef;

import org.jspecify.annotations.NullMarked;
