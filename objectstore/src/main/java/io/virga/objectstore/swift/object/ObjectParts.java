package io.virga.objectstore.swift.object;

import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.expiry.ExpiryQueue;
import io.virga.objectstore.versions.Versions;

/** What objects are read, written and deleted with. */
public record ObjectParts(
    ObjectStore store,
    Versions versions,
    ObjectReader reader,
    ObjectWriter writer,
    ObjectRemover remover,
    ExpiryQueue expiry) {}
