/** Measures tenants' networks: switches and agents in namespaces, with real packets. */
@NullMarked
package io.virga.benchmarks.netbench;

import org.jspecify.annotations.NullMarked;
