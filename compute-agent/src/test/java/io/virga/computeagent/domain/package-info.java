/** Tests of the domain XML. */
@NullMarked
package io.virga.computeagent.domain;

import org.jspecify.annotations.NullMarked;
