/** What belongs to projects, and who sees it. */
@NullMarked
package io.virga.control.tenancy;

import org.jspecify.annotations.NullMarked;
