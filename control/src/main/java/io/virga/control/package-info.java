/** The OpenStack-compatible REST API, the watch server and the operator's command line. */
@org.jspecify.annotations.NullMarked
package io.virga.control;
