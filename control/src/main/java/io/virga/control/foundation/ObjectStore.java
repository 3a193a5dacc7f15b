package io.virga.control.foundation;

import java.net.URI;
import java.util.function.Supplier;

/**
 * The object store, as control itself uses it for images.
 *
 * @param endpoint the base address, {@code http://host:8710}
 * @param serviceProjectId the project {@code service}: its account is {@code AUTH_<id>}
 * @param token a token with the role {@code member} there that is good for an hour at least; cheap
 */
public record ObjectStore(URI endpoint, String serviceProjectId, Supplier<String> token) {}
