package io.virga.blockstore.iscsi;

import java.util.Optional;

/** Says which account a login needs. */
@FunctionalInterface
public interface ChapAccounts {

  /**
   * The account, or nothing if everybody may come in.
   *
   * @param target the name of the target, or empty for a discovery session
   */
  Optional<ChapAccount> of(String target);
}
