@NullMarked
package io.virga.benchmarks.report;

import org.jspecify.annotations.NullMarked;
