package io.virga.dataplane.watch;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import tools.jackson.databind.JsonNode;

/**
 * One line of the watch stream ({@code application/x-ndjson}).
 *
 * <p>A stream opens with {@link Reset} when it is going to list everything (the client's revision
 * was absent, of another cluster, or too old), lists, and closes the list with {@link Synced};
 * without a Reset it resumes behind the client's revision. {@link Bookmark} comes at least every
 * ten seconds.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = WatchEvent.Reset.class, name = "reset"),
  @JsonSubTypes.Type(value = WatchEvent.Put.class, name = "put"),
  @JsonSubTypes.Type(value = WatchEvent.Delete.class, name = "delete"),
  @JsonSubTypes.Type(value = WatchEvent.Synced.class, name = "synced"),
  @JsonSubTypes.Type(value = WatchEvent.Bookmark.class, name = "bookmark"),
})
public sealed interface WatchEvent {

  /** Forget what you hold once {@link Synced} has come: a complete list follows. */
  record Reset(String cluster) implements WatchEvent {}

  /** The thing is now so. {@code spec} is the kind's record as JSON. */
  record Put(String kind, String id, long revision, JsonNode spec) implements WatchEvent {}

  /** The thing is no longer this host's. */
  record Delete(String kind, String id, long revision) implements WatchEvent {}

  /** Everything up to the revision has been told. */
  record Synced(long revision) implements WatchEvent {}

  /** Nothing new; resume from here. */
  record Bookmark(long revision) implements WatchEvent {}
}
