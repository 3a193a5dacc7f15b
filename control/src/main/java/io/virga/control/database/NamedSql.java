package io.virga.control.database;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.ArrayList;
import java.util.List;

/**
 * SQL with named parameters, {@code :name}, as PostgreSQL takes it: the n-th name is {@code $n}
 * wherever it stands. Casts ({@code ::type}), quoted texts and quoted names are left alone;
 * comments and texts between dollars are not known, and must hold no quotes and no names. Which
 * texts there have been is remembered, as most come again with each request.
 *
 * @param text with {@code $1} for the first of the names, and so on
 */
record NamedSql(String text, List<String> names) {

  private static final int REMEMBERED = 4096;
  private static final LoadingCache<String, NamedSql> KNOWN =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build(NamedSql::read);

  static NamedSql of(String sql) {
    return KNOWN.get(sql);
  }

  private static NamedSql read(String sql) {
    StringBuilder text = new StringBuilder(sql.length());
    List<String> names = new ArrayList<>();
    int at = 0;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      int end =
          switch (c) {
            case '\'', '"' -> endOfQuoted(sql, at, c);
            case ':' -> endOfColons(sql, at);
            default -> at + 1;
          };
      if (c == ':' && end == at + 1 && isName(sql, end)) {
        end = endOfName(sql, end);
        text.append('$').append(place(names, sql.substring(at + 1, end)));
      } else {
        text.append(sql, at, end);
      }
      at = end;
    }
    return new NamedSql(text.toString(), List.copyOf(names));
  }

  /** Counted from one. */
  private static int place(List<String> names, String name) {
    if (!names.contains(name)) {
      names.add(name);
    }
    return names.indexOf(name) + 1;
  }

  /** A quote that stands for itself is two, and so the end of one text and the start of another. */
  private static int endOfQuoted(String sql, int start, char quote) {
    int close = sql.indexOf(quote, start + 1);
    return close < 0 ? sql.length() : close + 1;
  }

  private static int endOfColons(String sql, int start) {
    int end = start;
    while (end < sql.length() && sql.charAt(end) == ':') {
      end++;
    }
    return end;
  }

  private static boolean isName(String sql, int at) {
    return at < sql.length() && Character.isLetter(sql.charAt(at));
  }

  private static int endOfName(String sql, int start) {
    int end = start;
    while (end < sql.length()
        && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '_')) {
      end++;
    }
    return end;
  }
}
