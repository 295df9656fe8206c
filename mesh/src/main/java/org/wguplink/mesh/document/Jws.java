package org.wguplink.mesh.document;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.wguplink.mesh.identity.NodeKey;
import org.wguplink.mesh.identity.Signer;

/** The envelope of every document; what is inside is up to the caller. */
public final class Jws {
    private static final AlgorithmConstraints EDDSA_ONLY =
            new AlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.EDDSA);
    private static final String KEY_ID = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";

    /** Longest header in base64url: ours has at most 155 characters. It is parsed before anything is verified. */
    private static final int MAX_HEADER = 256;

    private Jws() {}

    /**
     * What was signed.
     *
     * @param kid the signer: a peer id, or {@code master}
     */
    public record Content(String kid, String payload) {}

    /** Finds the key that must have signed. */
    public interface Keys {
        /**
         * @param claimed not verified yet: fit for finding a self-signed document's own key, for nothing else
         * @throws DocumentException when there is no such signer
         */
        NodeKey of(Content claimed) throws DocumentException;
    }

    /**
     * Signs a payload.
     *
     * @throws DocumentException when the result would be longer than the type allows
     */
    public static String sign(Signer signer, DocumentType type, String kid, String payload) throws DocumentException {
        // the signature comes from the key's owner, which shows the key to nobody, jose4j included
        String input = encode(header(type, kid).getBytes(StandardCharsets.UTF_8)) + "."
                + encode(payload.getBytes(StandardCharsets.UTF_8));
        String jws = input + "." + encode(signer.sign(input.getBytes(StandardCharsets.US_ASCII)));
        checkLength(jws, type);
        return jws;
    }

    /** Checks everything about the envelope and gives what is inside. */
    public static Content verify(String text, DocumentType type, Keys keys) throws DocumentException {
        checkLength(text, type);
        if (!text.matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*"))
            // never quoted: what somebody took for a document may be a key
            throw new DocumentException("not a signed document (a JWS in compact form)");
        if (text.indexOf('.') > MAX_HEADER)
            throw new DocumentException("a header of more than %d characters".formatted(MAX_HEADER));
        var jws = new JsonWebSignature();
        jws.setAlgorithmConstraints(EDDSA_ONLY);
        try {
            jws.setCompactSerialization(text);
            String kid = checkHeader(jws, type);
            var claimed = new Content(kid, jws.getUnverifiedPayload());
            jws.setKey(keys.of(claimed).publicKey());
            if (!jws.verifySignature()) throw new DocumentException("the signature is not that of '%s'".formatted(kid));
            return claimed;
        } catch (JoseException | IllegalArgumentException e) {
            throw new DocumentException("not a signed document: its header or signature is damaged");
        }
    }

    private static String checkHeader(JsonWebSignature jws, DocumentType type) throws DocumentException {
        String alg = String.valueOf(jws.getAlgorithmHeaderValue());
        if (!alg.equals(AlgorithmIdentifiers.EDDSA))
            throw new DocumentException(
                    "algorithm '%s'; only EdDSA is accepted".formatted(DocumentException.quote(alg)));
        String typ = String.valueOf(jws.getHeader("typ"));
        if (!typ.equals(type.typ()))
            throw new DocumentException("typ '%s'; expected '%s'".formatted(DocumentException.quote(typ), type.typ()));
        String kid = String.valueOf(jws.getKeyIdHeaderValue());
        if (!kid.matches(KEY_ID))
            throw new DocumentException("kid '%s' is not a peer id".formatted(DocumentException.quote(kid)));
        // one spelling only: no 'crit', 'jwk', 'b64', no repeated member
        String header = jws.getHeaders().getFullHeaderAsJsonString();
        if (!header.equals(header(type, kid)))
            throw new DocumentException(
                    "header %s; expected alg, kid, typ alone".formatted(DocumentException.quote(header)));
        return kid;
    }

    private static void checkLength(String text, DocumentType type) throws DocumentException {
        if (text.length() > type.maxLength())
            throw new DocumentException(
                    "%s of %d characters; at most %d".formatted(type.typ(), text.length(), type.maxLength()));
    }

    private static String header(DocumentType type, String kid) {
        return "{\"alg\":\"EdDSA\",\"kid\":\"%s\",\"typ\":\"%s\"}".formatted(kid, type.typ());
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
