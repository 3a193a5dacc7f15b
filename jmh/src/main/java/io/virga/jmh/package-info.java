/** jmh. */
@org.jspecify.annotations.NullMarked
package io.virga.jmh;
