package io.virga.blockstore.iscsi;

import io.virga.blockstore.export.Export;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Says what it takes to come in to each export. */
@FunctionalInterface
public interface Entries {

  Entry to(Export export);

  /**
   * The account of its own opens an export, and no other does.
   *
   * @param others opens those that have none; without it they are closed
   */
  static Entries ofExports(Optional<ChapAccount> others) {
    Entry rest =
        others
            .<Entry>map(account -> new Entry.Account(account, Optional.empty()))
            .orElse(new Entry.Closed());
    return export -> ofItsOwn(export).orElse(rest);
  }

  /** What an export with an account of its own asks for. */
  static Optional<Entry> ofItsOwn(Export export) {
    return export
        .iscsi()
        .map(
            access ->
                new Entry.Account(
                    new ChapAccount(
                        access.user(),
                        new ChapAccount.Secret(access.secret().getBytes(StandardCharsets.UTF_8)),
                        Optional.empty()),
                    access.initiator()));
  }
}
