/** What control is measured beside: Keystone. */
@NullMarked
package io.virga.benchmarks.identity;

import org.jspecify.annotations.NullMarked;
