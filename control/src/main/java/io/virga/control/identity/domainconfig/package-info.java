/** Configurations of domains, which are kept and shown; and what is asked of passwords. */
@NullMarked
package io.virga.control.identity.domainconfig;

import org.jspecify.annotations.NullMarked;
