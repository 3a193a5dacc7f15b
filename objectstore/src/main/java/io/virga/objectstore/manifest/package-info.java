/**
 * Objects that are made of others: static and dynamic large objects of Swift, multipart objects of
 * S3. And one way to read all kinds.
 */
@NullMarked
package io.virga.objectstore.manifest;

import org.jspecify.annotations.NullMarked;
