/** What tests of the APIs are built with: a control in this JVM over a real database. */
@NullMarked
package io.virga.control.testing;

import org.jspecify.annotations.NullMarked;
