package io.virga.control.operator.client;

/**
 * A user of the first start.
 *
 * @param cloud its name in {@code clouds.yaml}
 * @param accessKey the EC2 key for S3
 */
public record Account(
    String cloud,
    String user,
    String project,
    String password,
    String accessKey,
    String secretKey) {}
