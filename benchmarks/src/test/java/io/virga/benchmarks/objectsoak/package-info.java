/** That clients and audit of the object store find damage, without a cloud. */
@NullMarked
package io.virga.benchmarks.objectsoak;

import org.jspecify.annotations.NullMarked;
