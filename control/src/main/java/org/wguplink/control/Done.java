package org.wguplink.control;

import io.avaje.jsonb.Json;

/** @param message what was done, for a person */
@Json
public record Done(boolean success, String message) {}
