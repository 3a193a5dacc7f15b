/** Typed settings from one properties file and the environment; what is not known is refused. */
@NullMarked
package io.virga.dataplane.configuration;

import org.jspecify.annotations.NullMarked;
