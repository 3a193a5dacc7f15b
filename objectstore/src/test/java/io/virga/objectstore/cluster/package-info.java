/** Tests of quorums. */
@NullMarked
package io.virga.objectstore.cluster;

import org.jspecify.annotations.NullMarked;
