package io.virga.control.image.upload;

import io.virga.control.image.store.ImageStore;
import io.virga.control.image.store.PlacementStore;
import io.virga.control.image.store.PurgeStore;
import io.virga.control.image.store.TaskStore;

/** Where it is written down what images are, where they are, and what comes of imports. */
public record Records(
    ImageStore images, PlacementStore placements, PurgeStore purges, TaskStore tasks) {}
