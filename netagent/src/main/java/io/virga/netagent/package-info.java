/** netagent. */
@org.jspecify.annotations.NullMarked
package io.virga.netagent;
