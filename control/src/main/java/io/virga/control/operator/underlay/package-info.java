/** Further hosts on this machine: their network namespaces, and what joins them. */
@NullMarked
package io.virga.control.operator.underlay;

import org.jspecify.annotations.NullMarked;
