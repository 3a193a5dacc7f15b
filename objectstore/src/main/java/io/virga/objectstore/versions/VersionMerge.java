package io.virga.objectstore.versions;

import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.record.ListingRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Goes through the listings of a container and of its versions in the order of keys; a key with
 * versions is no plain one. The current version is the one that the plain path leads to, if that is
 * in the listing; else the newest.
 */
final class VersionMerge {

  private final VersionListing.Query query;
  private final ListingPage<ListingRow> plain;
  private final ListingPage<ListingRow> hidden;
  private final List<VersionListing.Line> lines = new ArrayList<>();
  private String lastKey;
  private String linkedKey = "";
  private Optional<VersionId> linked = Optional.empty();
  private int plainNext;
  private int hiddenNext;

  VersionMerge(
      VersionListing.Query query, ListingPage<ListingRow> plain, ListingPage<ListingRow> hidden) {
    this.query = query;
    this.plain = plain;
    this.hidden = hidden;
    this.lastKey = query.versionMarker().isEmpty() ? "" : query.keyMarker();
  }

  VersionListing.Page run() {
    while (lines.size() < query.limit() && (hasPlain() || hasHidden())) {
      if (hasPlain() && hasHidden()) {
        int order = compare(plainKey(), hiddenKey(hiddenNext));
        if (order == 0) {
          passLink();
        } else if (query.reverse() ? order > 0 : order < 0) {
          takePlain();
        } else {
          takeHidden();
        }
      } else if (hasPlain()) {
        takePlain();
      } else {
        takeHidden();
      }
    }
    boolean more = hasHidden() || hasPlain() || plain.truncated() || hidden.truncated();
    return new VersionListing.Page(lines, more && query.limit() > 0);
  }

  private boolean hasPlain() {
    return plainNext < plain.items().size();
  }

  private boolean hasHidden() {
    return hiddenNext < hidden.items().size();
  }

  private String plainKey() {
    return plain.items().get(plainNext).name();
  }

  private String hiddenKey(int index) {
    String name = hidden.items().get(index).name();
    int end = name.indexOf(VersionId.SEPARATOR);
    return end < 0 ? name : name.substring(0, end);
  }

  private void passLink() {
    if (plain.items().get(plainNext++)
        instanceof ListingPage.Named<ListingRow>(String name, ListingRow row)) {
      linkedKey = name;
      linked = VersionLinks.linked(row);
    }
  }

  private void takePlain() {
    switch (plain.items().get(plainNext++)) {
      case ListingPage.Rolled<ListingRow>(String name) ->
          lines.add(new VersionListing.Rolled(name));
      case ListingPage.Named<ListingRow>(String name, ListingRow row) -> {
        VersionId id = new VersionId(row.timestamp().micros(), 0, true);
        lines.add(new VersionListing.Listed(name, id, true, false, row));
      }
    }
  }

  private void takeHidden() {
    int index = hiddenNext++;
    switch (hidden.items().get(index)) {
      case ListingPage.Rolled<ListingRow>(String name) ->
          lines.add(new VersionListing.Rolled(name));
      case ListingPage.Named<ListingRow>(String name, ListingRow row) ->
          VersionName.parse(name).ifPresent(version -> take(index, version, row));
    }
  }

  private void take(int index, VersionName version, ListingRow row) {
    String key = version.key();
    boolean known = linked.isPresent() && key.equals(linkedKey);
    boolean latest = known ? linked.equals(Optional.of(version.id())) : isNewest(index, key);
    boolean marker = row.contentType().equals(VersionLinks.DELETED);
    lines.add(new VersionListing.Listed(key, version.id(), latest, marker, row));
    lastKey = key;
  }

  private boolean isNewest(int index, String key) {
    if (!query.reverse()) {
      return !key.equals(lastKey);
    }
    return index + 1 == hidden.items().size() || !key.equals(hiddenKey(index + 1));
  }

  private static int compare(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
