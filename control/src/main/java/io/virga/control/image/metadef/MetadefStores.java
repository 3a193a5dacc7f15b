package io.virga.control.image.metadef;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.tenancy.Viewer;
import reactor.core.publisher.Mono;

/** Where definitions are. Whoever changes a namespace, or what it holds, locks it. */
record MetadefStores(NamespaceStore namespaces, ItemStore items, AssociationStore associations) {

  /** The namespace that the request's path names. */
  Mono<Namespace> lock(Transaction transaction, ApiRequest request) {
    return namespaces.lock(transaction, Viewer.of(request.caller()), request.path("namespace"));
  }

  /** Likewise; fails with forbidden if nothing of it may be deleted. */
  Mono<Namespace> lockUnprotected(Transaction transaction, ApiRequest request) {
    return lock(transaction, request)
        .map(
            namespace -> {
              if (namespace.attributes().isProtected()) {
                throw ApiFault.forbidden(
                    "Metadata definition namespace %s is protected: nothing of it can be deleted."
                        .formatted(namespace.name()));
              }
              return namespace;
            });
  }
}
