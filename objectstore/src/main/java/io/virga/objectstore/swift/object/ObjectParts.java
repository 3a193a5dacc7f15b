package io.virga.objectstore.swift.object;

import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.expiry.ExpiryQueue;

/** What objects are read, written and deleted with. */
public record ObjectParts(
    ObjectStore store,
    ObjectReader reader,
    ObjectWriter writer,
    ObjectRemover remover,
    ExpiryQueue expiry) {}
