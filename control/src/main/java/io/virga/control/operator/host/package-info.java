/** What this machine has: programs of other packages, rights and the user. */
@NullMarked
package io.virga.control.operator.host;

import org.jspecify.annotations.NullMarked;
