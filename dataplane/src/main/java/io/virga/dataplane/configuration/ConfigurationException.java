package io.virga.dataplane.configuration;

/** A setting is missing, unknown, or not what is accepted. The message is for the operator. */
public final class ConfigurationException extends RuntimeException {

  public ConfigurationException(String message) {
    super(message);
  }

  public ConfigurationException(String message, Throwable cause) {
    super(message, cause);
  }
}
