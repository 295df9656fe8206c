package org.wguplink.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The core decides and never acts; otherwise a decision could not be replayed from its inputs. */
class ArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.wguplink.core");

    @Test
    void dependsOnTheJavaBaseAndJSpecifyAlone() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("org.wguplink.core..", "java..", "org.jspecify..")
                .because("the core is what every other module stands on")
                .check(CORE);
    }

    @Test
    void hasNoClock() {
        noClasses()
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Instant.class, "now", Clock.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .because("time is an argument, so that a decision can be replayed")
                .check(CORE);
    }

    @Test
    void hasNoThread() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("java.util.concurrent..")
                .because("one loop thread steps the core")
                .check(CORE);
    }

    @Test
    void hasNoFileAndNoSocket() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net.http..")
                .orShould()
                .dependOnClassesThat(named("java.io.File", "java.io.InputStream", "java.io.OutputStream"))
                .orShould()
                .dependOnClassesThat(named("java.net.Socket", "java.net.DatagramSocket", "java.net.ServerSocket"))
                .orShould()
                .callMethod(InetAddress.class, "getByName", String.class)
                .orShould()
                .callMethod(InetAddress.class, "getAllByName", String.class)
                .because("only adapters touch the world")
                .check(CORE);
    }

    private static DescribedPredicate<JavaClass> named(String... names) {
        return DescribedPredicate.describe(
                "are " + String.join(", ", names), c -> Set.of(names).contains(c.getName()));
    }
}
