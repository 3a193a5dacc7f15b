package io.virga.blockstore.agent;

import io.netty.channel.EventLoop;
import io.virga.blockstore.image.ImageSource;
import io.virga.dataplane.file.AsyncFiles;

/** What a pool works with. */
record PoolNeeds(ImageSource images, AsyncFiles files, EventLoop loop) {}
