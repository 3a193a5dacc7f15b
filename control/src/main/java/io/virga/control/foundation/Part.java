package io.virga.control.foundation;

import io.virga.control.http.ApiService;
import io.virga.control.watch.ObservedHandler;
import java.util.List;

/**
 * A part of control that {@code Control} makes from the {@link Foundation}: the APIs that it
 * answers and what takes in the reports of its agents.
 */
public record Part(List<ApiService> apis, List<ObservedHandler> reports) {

  public Part {
    apis = List.copyOf(apis);
    reports = List.copyOf(reports);
  }
}
