/** control. */
@org.jspecify.annotations.NullMarked
package io.virga.control;
