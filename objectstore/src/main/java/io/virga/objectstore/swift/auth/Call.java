package io.virga.objectstore.swift.auth;

import io.virga.objectstore.http.Request;
import io.virga.objectstore.swift.wire.SwiftPath;

/** A request that is let in. */
public record Call(Request request, SwiftPath path, Caller caller, Grant grant) {}
