/**
 * The whole life of a tenant, on real parts and with unmodified stock clients. One cloud serves all
 * tests of a run; each test uses things of its own names.
 */
@NullMarked
package io.virga.benchmarks.e2e;

import org.jspecify.annotations.NullMarked;
