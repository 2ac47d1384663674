package io.masterlatch;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.masterlatch.curator.CuratorMasterStore;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.service.ConsoleOutput;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.zookeeper.data.ACL;

/** Which room may depend on which. */
@AnalyzeClasses(packages = "io.masterlatch", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

    private static final String ROOT = "io.masterlatch";
    private static final String ELECTION = "io.masterlatch.election";
    private static final String LATCH = "io.masterlatch.latch";
    private static final String CURATOR = "io.masterlatch.curator";
    private static final String AUTOCONFIGURE = "io.masterlatch.autoconfigure";
    private static final String EMBEDDED = "io.masterlatch.embedded";
    private static final String SERVICE = "io.masterlatch.service";
    private static final String WEB = "io.masterlatch.web";
    private static final String ACTUATE = "io.masterlatch.actuate";
    private static final String SIDECAR = "io.masterlatch.sidecar";
    private static final String GUARD = "io.masterlatch.guard";
    private static final String INTEGRATION = "io.masterlatch.integration";
    private static final String[] JAVA = {"java..", "org.jspecify.annotations"};

    @ArchTest
    static final ArchRule electionIsPlainJava = classes()
            .that()
            .resideInAPackage(ELECTION)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(JAVA).or(resideInAnyPackage(ELECTION)))
            .because("an election can be tried out without anything else");

    @ArchTest
    static final ArchRule electionHasNoInputOutputThreadOrClock = noClasses()
            .that()
            .resideInAPackage(ELECTION)
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.io", "java.net", "java.nio.file..", "java.util.concurrent..")
                    .and(not(type(CompletableFuture.class)))
                    .or(type(Thread.class))
                    .or(type(Clock.class)))
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .because("the caller passes the time in");

    @ArchTest
    static final ArchRule curatorImplementsThePortOfTheElection = classes()
            .that()
            .resideInAPackage(CURATOR)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(JAVA)
                    .or(resideInAnyPackage(
                            CURATOR, ELECTION, "org.slf4j", "org.apache.zookeeper..", "org.apache.curator..")))
            .because("it knows neither the latch nor Spring");

    @ArchTest
    static final ArchRule latchIsARecipe = classes()
            .that()
            .resideInAPackage(LATCH)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(JAVA)
                    .or(resideInAnyPackage(LATCH, ELECTION, "org.slf4j.."))
                    .or(type(CuratorMasterStore.class))
                    .or(type(CuratorFramework.class))
                    .or(type(LeaderLatchListener.class))
                    .or(type(ACL.class)))
            .because("it reaches ZooKeeper through one port, and is usable without Spring");

    @ArchTest
    static final ArchRule loopSeesThePortOnly = noClasses()
            .that()
            .resideInAPackage(LATCH)
            .and(not(belongTo(type(MasterLatch.class))))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(CURATOR);

    @ArchTest
    static final ArchRule autoconfigureKnowsNoFeature = noClasses()
            .that()
            .resideInAPackage(AUTOCONFIGURE)
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.masterlatch..")
                    .and(not(resideInAnyPackage(AUTOCONFIGURE, LATCH, ELECTION, CURATOR))))
            .because("a feature wires itself");

    @ArchTest
    static final ArchRule webShowsWhatTheLatchKnows = noClasses()
            .that()
            .resideInAPackage(WEB)
            .should()
            .dependOnClassesThat(outside(WEB))
            .orShould()
            .dependOnClassesThat(resideInAnyPackage("org.apache.zookeeper..", "org.apache.curator.."))
            .because("answers come from memory");

    @ArchTest
    static final ArchRule actuateShowsWhatTheLatchKnows = noClasses()
            .that()
            .resideInAPackage(ACTUATE)
            .should()
            .dependOnClassesThat(outside(ACTUATE))
            .orShould()
            .dependOnClassesThat(resideInAnyPackage("org.apache.zookeeper..", "org.apache.curator.."))
            .because("health is read from memory, whatever state ZooKeeper is in");

    @ArchTest
    static final ArchRule sidecarServesTheApplicationAndKnowsNoZooKeeper = noClasses()
            .that()
            .resideInAPackage(SIDECAR)
            .should()
            .dependOnClassesThat(outside(SIDECAR))
            .orShould()
            .dependOnClassesThat(resideInAnyPackage("org.apache.zookeeper..", "org.apache.curator.."))
            .because("notifications and health checks are no part of the election");

    @ArchTest
    static final ArchRule guardAsksTheLatch = noClasses()
            .that()
            .resideInAPackage(GUARD)
            .should()
            .dependOnClassesThat(outside(GUARD))
            .because("it is for applications that use Spring and the latch, and no other feature");

    @ArchTest
    static final ArchRule integrationListensToTheLatch =
            noClasses().that().resideInAPackage(INTEGRATION).should().dependOnClassesThat(outside(INTEGRATION));

    @ArchTest
    static final ArchRule embeddedRunsAServerAndNothingElse =
            noClasses().that().resideInAPackage(EMBEDDED).should().dependOnClassesThat(outside(EMBEDDED));

    @ArchTest
    static final ArchRule featuresDoNotKnowTheService = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, SERVICE)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(SERVICE)
            .because("it is what the service has beyond them");

    @ArchTest
    static final ArchRule onlyTheRootSeesAll = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT);

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("io.masterlatch.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noFieldInjection = NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

    @ArchTest
    static final ArchRule noStandardStreams = noClasses()
            .that()
            // It replaces them.
            .doNotHaveFullyQualifiedName(ConsoleOutput.class.getName())
            .should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule noJavaUtilLogging = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    private static DescribedPredicate<JavaClass> outside(String room) {
        return resideInAnyPackage("io.masterlatch..")
                .and(not(resideInAnyPackage(room, LATCH, ELECTION, AUTOCONFIGURE)))
                .as("reside in the room of another feature");
    }
}
