package io.virga.control.network.resource;

import io.virga.control.network.model.Standard;

/** A resource as it is shown. */
record Item<T>(T thing, Standard standard) {}
