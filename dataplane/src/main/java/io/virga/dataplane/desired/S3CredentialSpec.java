package io.virga.dataplane.desired;

import io.virga.dataplane.token.Claims;

/**
 * An EC2-style key pair with which S3 clients sign.
 *
 * @param id the access key
 * @param secret the secret key; never logged
 * @param claims whom a good signature speaks for; {@code expiresAt} is not looked at
 */
public record S3CredentialSpec(String id, long generation, String secret, Claims claims)
    implements DesiredState {

  @Override
  public String toString() {
    return "S3CredentialSpec[id=" + id + ", generation=" + generation + "]";
  }
}
