@NullMarked
package io.virga.benchmarks.host;

import org.jspecify.annotations.NullMarked;
