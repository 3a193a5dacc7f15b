/** {@code /auth/v1.0}: users of a file, beside those of the cloud. Off unless there is the file. */
@NullMarked
package io.virga.objectstore.swift.tempauth;

import org.jspecify.annotations.NullMarked;
