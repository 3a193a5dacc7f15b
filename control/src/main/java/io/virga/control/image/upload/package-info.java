/**
 * From what a tenant uploads to what block stores stream: digests, the raw form, the sandboxed
 * qemu-img.
 */
@NullMarked
package io.virga.control.image.upload;

import org.jspecify.annotations.NullMarked;
