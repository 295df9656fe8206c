package org.wguplink.mesh.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.wguplink.mesh.store.DurableFile;

/** An Ed25519 private key in a file: PKCS#8 (RFC 5208, RFC 8410) in PEM, mode 0600. It never prints itself. */
final class KeyFile {
    private static final int MAX_BYTES = 4096;
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private final PrivateKey secret;
    private final NodeKey key;

    private KeyFile(PrivateKey secret, NodeKey key) {
        this.secret = secret;
        this.key = key;
    }

    /** @throws java.nio.file.FileAlreadyExistsException when there is a key already */
    static KeyFile create(Path file) throws IOException {
        KeyPair pair = generate(new SecureRandom());
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(pair.getPrivate().getEncoded());
        DurableFile.createSecret(file, BEGIN + "\n" + body + "\n" + END + "\n");
        return new KeyFile(pair.getPrivate(), NodeKey.of(pair.getPublic()));
    }

    static Optional<KeyFile> load(Path file) throws IOException, IdentityException {
        if (!Files.exists(file)) return Optional.empty();
        Optional<String> exposed = DurableFile.exposed(file);
        if (exposed.isPresent()) throw new IdentityException(exposed.get());
        String pem = DurableFile.read(file, MAX_BYTES).strip();
        if (!pem.startsWith(BEGIN) || !pem.endsWith(END))
            throw new IdentityException(file + ": not a private key in PEM");
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(pem.substring(BEGIN.length(), pem.length() - END.length()));
            PrivateKey secret = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
            return Optional.of(new KeyFile(secret, publicHalf(file, secret)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // without the cause: its message may quote the key
            throw new IdentityException(file + ": not an Ed25519 private key in PKCS#8");
        }
    }

    NodeKey key() {
        return key;
    }

    byte[] sign(byte[] content) {
        try {
            return signature(secret, content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign with Ed25519", e);
        }
    }

    @Override
    public String toString() {
        return "KeyFile(hidden, " + key.fingerprint() + ")";
    }

    /**
     * The public half of a private key. {@code java.security} derives it only while generating, so the generator is
     * given the seed that the key is; a trial signature proves the result.
     */
    private static NodeKey publicHalf(Path file, PrivateKey secret) throws GeneralSecurityException, IdentityException {
        byte[] seed = ((EdECPrivateKey) secret).getBytes().orElseThrow(() -> new IdentityException(file + ": no key"));
        NodeKey key = NodeKey.of(generate(new Replay(seed)).getPublic());
        Arrays.fill(seed, (byte) 0);
        byte[] trial = {1, 2, 3};
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(key.publicKey());
        verifier.update(trial);
        if (!verifier.verify(signature(secret, trial)))
            throw new IdentityException(file + ": its public key cannot be derived with this Java");
        return key;
    }

    private static byte[] signature(PrivateKey secret, byte[] content) throws GeneralSecurityException {
        Signature signer = Signature.getInstance("Ed25519");
        signer.initSign(secret);
        signer.update(content);
        return signer.sign();
    }

    private static KeyPair generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(NamedParameterSpec.ED25519, random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
    }

    /** Gives out known bytes where random ones are asked for. */
    private static final class Replay extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private final byte[] seed;

        Replay(byte[] seed) {
            this.seed = seed.clone();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, Math.min(seed.length, bytes.length));
        }
    }
}
