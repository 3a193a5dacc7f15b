/** The namespace: accounts, containers and objects, whatever API they are asked for by. */
@NullMarked
package io.virga.objectstore.store;

import org.jspecify.annotations.NullMarked;
