package org.wguplink.mesh.document;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.endpoint.TypedEndpoint;

/** Typed endpoints as texts {@code "KIND HOST:PORT"} in a document. */
final class EndpointTexts {
    private EndpointTexts() {}

    /** Absent instead of empty: then the document is that of a node with one endpoint. */
    static @Nullable List<String> of(List<TypedEndpoint> endpoints) {
        return endpoints.isEmpty()
                ? null
                : endpoints.stream().map(TypedEndpoint::toString).toList();
    }

    /** Those of a kind that only newer nodes know are left out; they count nevertheless. */
    static List<TypedEndpoint> read(@Nullable List<String> texts) throws DocumentException {
        if (texts == null) return List.of();
        if (texts.size() > TypedEndpoint.MOST)
            throw new DocumentException("%d endpoints; at most %d".formatted(texts.size(), TypedEndpoint.MOST));
        var endpoints = new ArrayList<TypedEndpoint>();
        for (String text : texts) {
            if (text == null) throw new DocumentException("an endpoint that is null");
            TypedEndpoint.parse(text).ifPresent(endpoints::add);
        }
        return endpoints;
    }
}
