package io.masterlatch;

import static com.tngtech.archunit.base.DescribedPredicate.not;
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
import java.time.Clock;
import java.time.Instant;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;

/** Who may know whom. */
@AnalyzeClasses(packages = "io.masterlatch", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

    private static final String ROOT = "io.masterlatch";
    private static final String ELECTION = "io.masterlatch.election";
    private static final String LATCH = "io.masterlatch.latch";
    private static final String ZOOKEEPER = "io.masterlatch.zookeeper";
    private static final String WEB = "io.masterlatch.web";
    private static final String ACTUATE = "io.masterlatch.actuate";
    private static final String BESIDE = "io.masterlatch.beside";
    private static final String GUARD = "io.masterlatch.guard";
    private static final String[] JAVA = {"java..", "org.jspecify.annotations"};

    @ArchTest
    static final ArchRule electionIsPlainJava = classes()
            .that()
            .resideInAPackage(ELECTION)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(JAVA).or(resideInAnyPackage(ELECTION)))
            .because("what an election is can be tried out without anything else");

    @ArchTest
    static final ArchRule electionNeitherWaitsNorWatchesNorTellsTheTime = noClasses()
            .that()
            .resideInAPackage(ELECTION)
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.io", "java.net", "java.nio.file..", "java.util.concurrent..")
                    .or(type(Thread.class))
                    .or(type(Clock.class)))
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .because("its time is a number that the caller passes in");

    @ArchTest
    static final ArchRule latchKnowsOfCuratorTheListenerOnly = classes()
            .that()
            .resideInAPackage(LATCH)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(JAVA)
                    .or(resideInAnyPackage(LATCH, ELECTION, "org.slf4j"))
                    .or(type(LeaderLatchListener.class)))
            .because("it reaches ZooKeeper through one port, and is usable without Spring");

    @ArchTest
    static final ArchRule zooKeeperIsReachedWithoutSpring = classes()
            .that()
            .resideInAPackage(ZOOKEEPER)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(JAVA)
                    .or(resideInAnyPackage(
                            ZOOKEEPER,
                            LATCH,
                            ELECTION,
                            "org.slf4j",
                            "javax.net.ssl",
                            "javax.security.auth.login",
                            "org.apache.zookeeper..",
                            "org.apache.curator..")));

    @ArchTest
    static final ArchRule webShowsWhatTheLatchKnows = noClasses()
            .that()
            .resideInAPackage(WEB)
            .should()
            .dependOnClassesThat(outside(WEB))
            .orShould()
            .dependOnClassesThat(resideInAnyPackage("org.apache.zookeeper..", "org.apache.curator.."))
            .because("what is answered comes from memory");

    @ArchTest
    static final ArchRule actuateShowsWhatTheLatchKnows = noClasses()
            .that()
            .resideInAPackage(ACTUATE)
            .should()
            .dependOnClassesThat(outside(ACTUATE))
            .orShould()
            .dependOnClassesThat(resideInAnyPackage("org.apache.zookeeper..", "org.apache.curator.."))
            .because("whoever asks for health reads memory, whatever state ZooKeeper is in");

    @ArchTest
    static final ArchRule besideServesTheApplicationAndKnowsNoZooKeeper = noClasses()
            .that()
            .resideInAPackage(BESIDE)
            .should()
            .dependOnClassesThat(outside(BESIDE))
            .orShould()
            .dependOnClassesThat(resideInAnyPackage("org.apache.zookeeper..", "org.apache.curator.."))
            .because("what others are told, and whether they are well, is no part of the election");

    @ArchTest
    static final ArchRule guardAsksTheLatch = classes()
            .that()
            .resideInAPackage(GUARD)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(JAVA)
                    .or(resideInAnyPackage(
                            GUARD,
                            LATCH,
                            ELECTION,
                            "org.aopalliance..",
                            "org.springframework.aop..",
                            "org.springframework.core..",
                            "org.springframework.boot.diagnostics")))
            .because("it is for whoever builds on Spring and the latch, and on nothing else of this service");

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
            // Its command-line mode answers whoever called it.
            .doNotHaveFullyQualifiedName(MasterLatchApplication.class.getName())
            .should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule noJavaUtilLogging = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    private static DescribedPredicate<JavaClass> outside(String room) {
        return resideInAnyPackage("io.masterlatch..")
                .and(not(resideInAnyPackage(room, LATCH, ELECTION)))
                .as("reside in another room than the latch and the election");
    }
}
