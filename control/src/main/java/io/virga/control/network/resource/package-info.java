/**
 * What all of Neutron's collections have in common: a resource says once what its attributes are
 * and where they are kept, and lists, filters, pages, tags, revisions and bulk requests follow.
 */
@NullMarked
package io.virga.control.network.resource;

import org.jspecify.annotations.NullMarked;
