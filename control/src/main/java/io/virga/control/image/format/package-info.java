/**
 * What the first bytes of disk images say of them, read here and not by any tool: what refers to
 * other files, or describes more than may be, is refused before anything opens it.
 */
@NullMarked
package io.virga.control.image.format;

import org.jspecify.annotations.NullMarked;
