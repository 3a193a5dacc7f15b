/**
 * PostgreSQL as the rest of control sees it: transactions, statements with named parameters, rows.
 */
@NullMarked
package io.virga.control.database;

import org.jspecify.annotations.NullMarked;
