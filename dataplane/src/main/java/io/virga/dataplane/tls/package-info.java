/** Who this process is, and who its peers are: mutual TLS under the home's private CA. */
@NullMarked
package io.virga.dataplane.tls;

import org.jspecify.annotations.NullMarked;
