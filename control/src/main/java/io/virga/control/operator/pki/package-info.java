/** The private certificate authority of a home, its certificates and its token signing keys. */
@NullMarked
package io.virga.control.operator.pki;

import org.jspecify.annotations.NullMarked;
