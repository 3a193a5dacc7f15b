package io.virga.objectstore.swift.auth;

/**
 * A request may be done.
 *
 * @param owner sees and sets what is the owner's: keys and access control lists
 * @param reseller sets quotas of accounts, makes and removes accounts
 */
public record Grant(boolean owner, boolean reseller) {

  /** No more than what was asked for. */
  public static final Grant PLAIN = new Grant(false, false);
}
