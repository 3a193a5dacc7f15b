/** What the compute service keeps: one record a table. */
@NullMarked
package io.virga.control.compute.model;

import org.jspecify.annotations.NullMarked;
