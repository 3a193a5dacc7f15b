/** What the first start makes: the domain, projects, roles, users and key pairs of the home. */
@NullMarked
package io.virga.control.identity.bootstrap;

import org.jspecify.annotations.NullMarked;
