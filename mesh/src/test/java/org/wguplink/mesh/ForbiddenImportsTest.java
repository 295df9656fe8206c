package org.wguplink.mesh;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

class ForbiddenImportsTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(new ImportOption.DoNotIncludeJars())
            .importPackages("org.wguplink.mesh", "io.scalecube");

    @Test
    void nothingDeserializesJava() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.io\\.(ObjectInput|ObjectInputStream|ObjectInputFilter|Externalizable)")
                .because("what the network sends must never choose the classes that are made"));
        check(noClasses()
                .should()
                .callMethodWhere(com.tngtech.archunit.base.DescribedPredicate.describe(
                        "named readObject or Class.forName",
                        call -> call.getTarget().getName().equals("readObject")
                                || (call.getTarget().getName().equals("forName")
                                        && call.getTargetOwner().isEquivalentTo(Class.class))))
                .because("no class is made by name"));
    }

    @Test
    void scaleCubesOwnCodecsAreNotUsed() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .haveSimpleNameStartingWith("Jdk")
                .because("JdkMessageCodec and JdkMetadataCodec are Java deserialization"));
    }

    @Test
    void theEngineStaysBehindItsPort() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(
                        "org.wguplink.mesh.gossip.scalecube..",
                        "org.wguplink.mesh.gossip.socket..",
                        "org.wguplink.mesh.gossip.frame..",
                        "io.scalecube..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.scalecube..", "reactor..")
                .because("the gossip engine can be replaced behind OfferTransport"));
    }

    private static void check(ArchRule rule) {
        rule.check(OURS);
    }
}
