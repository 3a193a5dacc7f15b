/**
 * What an instance may ask of 169.254.169.254 and fe80::a9fe:a9fe, in the formats of EC2 and
 * OpenStack.
 */
@NullMarked
package io.virga.netagent.metadata;

import org.jspecify.annotations.NullMarked;
