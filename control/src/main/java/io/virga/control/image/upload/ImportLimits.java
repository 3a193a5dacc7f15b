package io.virga.control.image.upload;

/**
 * What an upload may cost.
 *
 * @param maxUploadBytes the longest upload
 * @param maxVirtualBytes the largest disk that an image may describe
 */
public record ImportLimits(long maxUploadBytes, long maxVirtualBytes) {}
