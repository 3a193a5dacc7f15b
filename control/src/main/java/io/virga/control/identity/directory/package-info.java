/** Domains, projects, users and groups. */
@NullMarked
package io.virga.control.identity.directory;

import org.jspecify.annotations.NullMarked;
